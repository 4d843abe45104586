//! The way of staff from a hub into the private chat: a link that shows a case there to whoever is in that hub.

use super::ids::Spot;
use crate::domain::action::Action;
use crate::domain::ids::{CaseId, ChannelId};

/// Before the hub in a payload: no action's word begins with it.
const FROM: &str = "at";

/// The payload of the link: the hub, with its topic where it has one, then what is done there.
pub(super) fn payload(hub: &ChannelId, case: &CaseId) -> String {
    // `/start` takes no slash.
    let hub = hub.as_str().replace('/', "t");
    format!("{FROM}{hub}_{}", Action::View(case.clone()).encode())
}

/// Reads what [`payload`] wrote. Only looking is possible: the rest is done where all of the hub sees it.
pub(super) fn read(payload: &str) -> Option<(Spot, Action)> {
    let (hub, action) = payload.strip_prefix(FROM)?.split_once('_')?;
    let hub = Spot::parse(&ChannelId::new(hub.replace('t', "/"))).ok()?;
    let action = Action::decode(action).filter(|action| matches!(action, Action::View(_)))?;
    (!hub.is_private()).then_some((hub, action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_from_a_hub_read_back_and_fit() {
        let case = CaseId::new("0123456789abcdef");
        for hub in ["-1001900000002", "-100190000000212/2147483647"] {
            let hub = ChannelId::new(hub);
            let payload = payload(&hub, &case);
            assert!(payload.len() <= 64, "{payload}");
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
            assert!(payload.bytes().all(allowed), "{payload}");
            assert_eq!(Action::decode(&payload), None);
            let (spot, action) = read(&payload).unwrap();
            assert_eq!((spot.channel(), action), (hub, Action::View(case.clone())));
        }
    }

    #[test]
    fn other_payloads_lead_nowhere() {
        for payload in [
            "",
            "at",
            "at-100_",
            "at5_view_0123456789abcdef",
            "at-100_claim_0123456789abcdef",
            "atelier_view_0123456789abcdef",
            "view_0123456789abcdef",
        ] {
            assert_eq!(read(payload), None, "{payload}");
        }
    }
}
