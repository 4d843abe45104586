//! What kith has to be allowed to do on Discord, and what goes wrong where it isn't.

use serenity::model::id::{ApplicationId, RoleId};
use serenity::model::permissions::Permissions;

use super::wire::Overwrite;

/// Everything that kith asks for when it is invited: 309237738496.
pub(super) const WANTED: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::READ_MESSAGE_HISTORY)
    .union(Permissions::CREATE_PUBLIC_THREADS)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::MANAGE_MESSAGES);

/// What to do about content that kith may not read.
pub(super) const CONTENT_REMEDY: &str = "Switch on “Message Content Intent” on the Bot page of the Discord Developer Portal, then restart kith.";
/// What is wrong where kith may not read content.
pub(super) const CONTENT_PROBLEM: &str =
    "Discord does not let kith read messages here. Commands, buttons and “Log as a request” work.";

/// One permission: its name in Discord's settings, and what does not work without it.
pub(super) struct Right {
    pub(super) bit: Permissions,
    pub(super) name: &'static str,
    pub(super) without: &'static str,
    /// Whether nothing works without it.
    pub(super) vital: bool,
}

/// Every permission that is wanted, the most important first.
pub(super) const RIGHTS: [Right; 7] = [
    Right {
        bit: Permissions::VIEW_CHANNEL,
        name: "View Channel",
        without: "kith can't see the channel",
        vital: true,
    },
    Right {
        bit: Permissions::SEND_MESSAGES,
        name: "Send Messages",
        without: "kith can't answer",
        vital: true,
    },
    Right {
        bit: Permissions::READ_MESSAGE_HISTORY,
        name: "Read Message History",
        without: "kith can't find messages that it missed",
        vital: false,
    },
    Right {
        bit: Permissions::EMBED_LINKS,
        name: "Embed Links",
        without: "links are shown without a preview",
        vital: false,
    },
    Right {
        bit: Permissions::CREATE_PUBLIC_THREADS,
        name: "Create Public Threads",
        without: "kith can't open a thread",
        vital: false,
    },
    Right {
        bit: Permissions::SEND_MESSAGES_IN_THREADS,
        name: "Send Messages in Threads",
        without: "kith can't answer in threads",
        vital: false,
    },
    Right {
        bit: Permissions::MANAGE_MESSAGES,
        name: "Manage Messages",
        without: "kith can't take away a message that shows a phone number or an address",
        vital: false,
    },
];

/// The rights that are missing. An administrator has them all.
pub(super) fn missing(has: Permissions) -> impl Iterator<Item = &'static Right> {
    RIGHTS
        .iter()
        .filter(move |right| !has.administrator() && !has.contains(right.bit))
}

/// What is wrong in a channel, in plain words.
pub(super) fn problems(has: Option<Permissions>, in_thread: bool, content: bool) -> Vec<String> {
    let mut problems = Vec::new();
    if !content {
        problems.push(format!("{CONTENT_PROBLEM} {CONTENT_REMEDY}"));
    }
    // In a private chat Discord tells the rights of a private chat, where threads don't exist.
    for right in has.into_iter().flat_map(missing) {
        let needless = right.bit == Permissions::CREATE_PUBLIC_THREADS && in_thread;
        if !needless {
            problems.push(format!(
                "The permission “{}” is missing: {}.",
                right.name, right.without
            ));
        }
    }
    problems
}

/// What a member may do in a channel (documentation: "Permission Overwrites"). The roles are
/// those of the member with what each allows, the one of everyone first.
pub(super) fn in_channel(
    everyone: RoleId,
    roles: &[(RoleId, Permissions)],
    overwrites: &[Overwrite],
    member: RoleId,
) -> Permissions {
    let base = roles
        .iter()
        .fold(Permissions::empty(), |sum, (_, allowed)| sum | *allowed);
    if base.administrator() {
        return Permissions::all();
    }
    let layers: [&dyn Fn(RoleId) -> bool; 3] = [
        &|id| id == everyone,
        &|id| id != everyone && roles.iter().any(|(role, _)| *role == id),
        &|id| id == member,
    ];
    layers.iter().fold(base, |permissions, counts| {
        let of_layer = overwrites.iter().filter(|overwrite| counts(overwrite.id));
        let (allow, deny) = of_layer.fold(
            (Permissions::empty(), Permissions::empty()),
            |(allow, deny), overwrite| (allow | overwrite.allow, deny | overwrite.deny),
        );
        (permissions & !deny) | allow
    })
}

/// Where an administrator invites kith, with what it needs.
pub(super) fn invite(application: ApplicationId) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={}",
        WANTED.bits()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overwrite(id: u64, allow: Permissions, deny: Permissions) -> Overwrite {
        Overwrite {
            id: RoleId::new(id),
            allow,
            deny,
        }
    }

    #[test]
    fn what_is_wanted_is_the_documented_number() {
        assert_eq!(WANTED.bits(), 309_237_738_496);
        let all = RIGHTS
            .iter()
            .fold(Permissions::empty(), |sum, right| sum | right.bit);
        assert_eq!(all, WANTED);
    }

    #[test]
    fn overwrites_count_in_three_layers() {
        let (everyone, helper, me) = (RoleId::new(1), RoleId::new(2), RoleId::new(9));
        let roles = [(everyone, WANTED), (helper, Permissions::empty())];
        let send = Permissions::SEND_MESSAGES;
        let none = Permissions::empty();
        let has =
            |overwrites: &[Overwrite]| in_channel(everyone, &roles, overwrites, me).contains(send);
        assert!(has(&[]));
        assert!(!has(&[overwrite(1, none, send)]));
        assert!(has(&[overwrite(1, none, send), overwrite(2, send, none)]));
        assert!(!has(&[overwrite(2, send, none), overwrite(9, none, send)]));
        assert!(has(&[overwrite(7, none, send)]), "another's role");
    }

    #[test]
    fn problems_name_what_is_missing() {
        let problems = problems(Some(WANTED - Permissions::SEND_MESSAGES), false, true);
        assert_eq!(
            problems,
            ["The permission “Send Messages” is missing: kith can't answer."]
        );
    }
}
