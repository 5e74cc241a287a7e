//! What server functions stand on: the services, who is asking and from where.

use crate::wire::WireError;
use http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use service::{Denied, Failure, Service, Session};

/// Put into the extensions of each request by the server's session layer.
#[derive(Clone)]
pub struct Backend {
    pub service: Service,
    pub session: Session,
    /// The client's address, for providers and limits.
    pub address: String,
}

/// The backend of this call. Fails when the function is called outside of a request.
pub fn backend() -> Result<Backend, WireError> {
    let found = use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Backend>().cloned());
    found.ok_or_else(|| {
        tracing::error!("a server function was called without a backend");
        set_status(StatusCode::INTERNAL_SERVER_ERROR);
        WireError::new("internal")
    })
}

/// Turns a failure into what travels, and sets the answer's status: the one place that does.
pub fn refuse(failure: impl Into<Failure>) -> WireError {
    let failure = failure.into();
    let status = status_of(&failure);
    if status.is_server_error() {
        tracing::error!(error = %failure, "a server function failed");
    }
    set_status(status);
    WireError::new(failure.code())
}

pub(crate) fn set_status(status: StatusCode) {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.set_status(status);
    }
}

fn status_of(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Denied(Denied::SignIn) => StatusCode::UNAUTHORIZED,
        Failure::Denied(Denied::Forbidden) => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::Conflict | Failure::Refused(_) => StatusCode::CONFLICT,
        Failure::Rejected(_) | Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
        Failure::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
        Failure::Store(_) | Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::status_of;
    use http::StatusCode;
    use service::{Denied, Failure};

    #[test]
    fn failures_of_the_caller_are_not_failures_of_the_server() {
        assert_eq!(status_of(&Denied::SignIn.into()), StatusCode::UNAUTHORIZED);
        assert_eq!(status_of(&Failure::Rejected("draft.submitted")), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(status_of(&Failure::Internal("disk".into())), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(status_of(&Failure::Full("disk".into())), StatusCode::INSUFFICIENT_STORAGE);
    }
}
