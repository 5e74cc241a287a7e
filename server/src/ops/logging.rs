//! Where log lines go and how they look.

use std::fmt;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::LogFormat;

/// Logging could not be set up.
#[derive(Debug)]
pub enum LoggingError {
    /// The filter is not in the syntax of `EnvFilter`.
    Filter(String),
    /// Somebody has set up logging already.
    Taken,
}

impl fmt::Display for LoggingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(why) => write!(f, "log-filter：写错了（{why}）"),
            Self::Taken => f.write_str("日志已经设置过"),
        }
    }
}

impl std::error::Error for LoggingError {}

/// Sets up the process-wide log on standard output, and the panic hook.
pub fn init(format: LogFormat, filter: &str) -> Result<(), LoggingError> {
    let filter = EnvFilter::builder().parse(filter).map_err(|error| LoggingError::Filter(error.to_string()))?;
    // A log that cannot be written (a full disk) must not panic in whoever logs, as a complaint about it would.
    let lines =
        tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter).with_span_events(FmtSpan::NONE);
    let set = match format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
        LogFormat::Text => lines.compact().try_init(),
    };
    set.map_err(|_| LoggingError::Taken)?;
    log_panics(format);
    Ok(())
}

/// A panic's message may quote what a person typed, so machines' logs get only the place in the
/// code; on a developer's terminal the message stays.
fn log_panics(format: LogFormat) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(|| "-".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "panic");
        if format == LogFormat::Text {
            usual(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_filter_is_refused_before_anything_is_set() {
        let wrong = init(LogFormat::Json, "server=loudest");
        assert!(matches!(wrong, Err(LoggingError::Filter(_))));
    }
}
