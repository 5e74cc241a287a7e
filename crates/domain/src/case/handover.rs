//! Who took a case up first (首问负责), and how its result leaves the office (结果邮寄). Neither changes its state.

use super::{Case, CaseState, Event, Refusal};
use crate::ids::StaffId;
use crate::time::Instant;

/// The first clerk who touches a case is recorded; nothing follows for everybody after.
pub fn first_contact(case: &Case, by: StaffId, at: Instant) -> Option<Event> {
    case.first_clerk.is_none().then_some(Event::FirstContact { at, by })
}

/// The result goes by post: only one that has been issued.
pub fn post(case: &Case, by: StaffId, carrier: &str, waybill: &str, at: Instant) -> Result<Event, Refusal> {
    let CaseState::Decided(decided) = &case.state else { return Err(Refusal::WrongState) };
    if decided.issued_at.is_none() {
        return Err(Refusal::WrongState);
    }
    Ok(Event::Posted { at, by, carrier: carrier.to_owned(), waybill: waybill.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::render::{APPROVER, CLERK, ISSUER, sample_case};
    use super::super::{CaseStatus, apply};
    use super::*;

    const NOW: Instant = Instant(1_793_600_000_000_000);

    #[test]
    fn m7_the_first_clerk_stays_whoever_comes_after() {
        let case = sample_case(CaseStatus::Received);
        let event = first_contact(&case, CLERK, NOW).unwrap();
        let case = apply(case, &event);
        assert_eq!(case.first_clerk, Some(CLERK));
        assert_eq!(first_contact(&case, APPROVER, NOW), None);
        let accepted =
            apply(case, &Event::Accepted { at: NOW, by: Some(APPROVER), on: jiff::civil::date(2026, 11, 2) });
        assert_eq!((accepted.first_clerk, accepted.accepted_by), (Some(CLERK), Some(APPROVER)));
    }

    #[test]
    fn c10_only_what_was_issued_goes_by_post() {
        for status in CaseStatus::ALL {
            assert_eq!(post(&sample_case(status), ISSUER, "邮政", "EA1", NOW), Err(Refusal::WrongState), "{status:?}");
        }
        let issued = apply(sample_case(CaseStatus::Decided), &Event::ResultIssued { at: NOW, by: Some(ISSUER) });
        let event = post(&issued, ISSUER, "邮政", "EA1", NOW).unwrap();
        assert_eq!(event.kind(), "posted");
        assert_eq!(apply(issued.clone(), &event), issued, "the state stays");
    }
}
