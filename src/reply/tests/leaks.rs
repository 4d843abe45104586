//! What the writer of a message reads where it shows a group what strangers should not see.

use insta::assert_snapshot;

use super::shown_all;
use crate::domain::ids::{ChannelId, ConnectorId, MessageId, MessageRef, PersonId, Place};
use crate::domain::particulars::Secret;
use crate::domain::sealed::SealedMessage;
use crate::domain::speech::Speech;
use crate::domain::traces::Hasher;

pub(super) fn all() -> Vec<Speech> {
    let message = MessageRef {
        place: Place {
            connector: ConnectorId::new("telegram"),
            channel: ChannelId::new("-1001234567890"),
        },
        message: MessageId::new("7"),
    };
    let leak = |secrets: &[Secret], removed| Speech::Leak {
        secrets: secrets.to_vec(),
        removed,
        message: SealedMessage::new(&Hasher::new(b"key"), &message, &PersonId::new("900")),
    };
    vec![
        leak(&[Secret::Phone], false),
        leak(
            &[Secret::Pin, Secret::Card, Secret::Address, Secret::Phone],
            false,
        ),
        leak(&[Secret::Key], true),
        leak(&[], false),
        Speech::Removing,
    ]
}

#[test]
fn a_leak_is_told_without_blame() {
    assert_snapshot!(shown_all(&all()), @r"
    Your message in the group shows a phone number. People you don't know can read it there.
    It is safer to take it away. You are not in trouble: it happens to all of us.
    What you asked for or offered is not lost. Anything that helpers need, you can tell me here, in private.
    <Take my message away>
    ---
    Your message in the group shows a PIN or a password, a bank card number and a home address. People you don't know can read it there.
    It is safer to take it away. You are not in trouble: it happens to all of us.
    If it was a card or a PIN: your bank can make it safe. Call 159.
    What you asked for or offered is not lost. Anything that helpers need, you can tell me here, in private.
    <Take my message away>
    ---
    Your message in the group shows where a key is. People you don't know can read it there.
    I have taken the message away, as your group wants. If you can still see it, please delete it yourself.
    If you can, put the key somewhere else or change the code.
    What you asked for or offered is not lost. Anything that helpers need, you can tell me here, in private.
    ---
    Your message in the group shows something private. People you don't know can read it there.
    It is safer to take it away. You are not in trouble: it happens to all of us.
    What you asked for or offered is not lost. Anything that helpers need, you can tell me here, in private.
    <Take my message away>
    ---
    I'm taking your message away. If you still see it in a minute, please delete it yourself.
    ");
}
