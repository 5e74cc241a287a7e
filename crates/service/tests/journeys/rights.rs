//! Capabilities: every role against every right, and nobody else.

use crate::support::TestWorld;
use domain::policy::{Right, Role, allows};
use service::{Denied, Session};

fn asked(session: &Session, right: Right) -> Result<(), Denied> {
    match right {
        Right::ReadCases => session.reader().map(drop),
        Right::Receive => session.clerk().map(drop),
        Right::Decide => session.approver().map(drop),
        Right::Issue => session.issuer().map(drop),
        Right::ReadMoney => session.treasurer().map(drop),
        Right::KeepMoney => session.money_keeper().map(drop),
        Right::TakeMoney => session.taker().map(drop),
        Right::Operate => session.operator().map(drop),
        Right::ReadCatalogue => session.catalogue_reader().map(drop),
        Right::EditCatalogue => session.editor().map(drop),
        Right::ReviewCatalogue => session.reviewer().map(drop),
        Right::Oversee => session.supervisor().map(drop),
    }
}

#[tokio::test]
async fn h1_each_role_gets_exactly_the_capabilities_of_the_table() {
    let world = TestWorld::new().await;
    let person = world.sign_in("13912340080").await;
    for role in Role::ALL {
        let session = world.staff(role).await;
        for right in Right::ALL {
            let expected = if allows(role, right) { Ok(()) } else { Err(Denied::Forbidden) };
            assert_eq!(asked(&session, right), expected, "{role:?} {right:?}");
        }
        assert!(session.applicant().is_err() && session.owner().is_err(), "staff apply with an account of their own");
    }
    for right in Right::ALL {
        assert_eq!(asked(&Session::nobody(), right), Err(Denied::SignIn));
        assert_eq!(asked(&person.session, right), Err(Denied::Forbidden));
        assert!(Role::ALL.iter().any(|role| allows(*role, right)), "{right:?} is held by somebody");
    }
    assert_eq!(Session::nobody().applicant().err(), Some(Denied::SignIn));
}

#[tokio::test]
async fn h1_two_roles_give_both_their_rights_and_no_more() {
    let world = TestWorld::new().await;
    for first in Role::ALL {
        for second in Role::ALL {
            let session = world.staff_with(&[first, second]).await;
            for right in Right::ALL {
                assert_eq!(asked(&session, right).is_ok(), allows(first, right) || allows(second, right));
            }
        }
    }
}

#[test]
fn h1_nobody_holds_two_of_intake_decision_and_handover_by_one_role() {
    for role in Role::ALL {
        let held = [Right::Receive, Right::Decide, Right::Issue].into_iter().filter(|r| allows(role, *r)).count();
        assert!(held <= 1, "{role:?}");
    }
    assert!(!allows(Role::Administrator, Right::ReadCases), "who runs the machine does not read the cases");
}
