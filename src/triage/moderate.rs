//! Moderators: what a channel is for, how kith listens there, and who else may say so.

use crate::domain::command::Setup;
use crate::domain::decision::Change;
use crate::domain::effect::Act;
use crate::domain::ids::{GroupId, PersonId, Place, RoleId};
use crate::domain::inbound::{Issued, Scene};
use crate::domain::people::Presence;
use crate::domain::report::Subject;
use crate::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening, Moderators};
use crate::domain::speech::{Needed, Speech, StatusFacts};

use super::deciding::{Asker, Deciding};
use super::{route, views};

impl Deciding<'_> {
    fn moderators_of(&self, scene: &Scene) -> Option<&Moderators> {
        let group = scene.group.clone()?;
        self.snapshot
            .moderators
            .get(&(scene.place.connector.clone(), group))
    }

    /// Whether this person may set kith up here: an administrator of the platform, or a member whom one of them named.
    pub fn is_moderator(&self, asker: &Asker) -> bool {
        let standing = &asker.standing;
        let is_named = |named: &Moderators| {
            named.people.contains(&asker.person.id)
                || standing.roles.iter().any(|role| named.roles.contains(role))
        };
        match standing.presence {
            Presence::Outside => false,
            // Telegram vouches that somebody who writes as the group is one of its administrators, and not who.
            Presence::Faceless => standing.admin,
            Presence::Present => {
                standing.admin || self.moderators_of(&asker.scene).is_some_and(is_named)
            }
        }
    }

    /// The group of the scene; in a private chat there is none to set up.
    fn own_group(&mut self, asker: &Asker) -> Option<GroupId> {
        let group = asker.scene.group.clone();
        if group.is_none() {
            let who = Needed::Moderator;
            self.answer(asker, Speech::NotForYou { who });
        }
        group
    }

    /// `/kith setup`.
    pub fn setup(&mut self, asker: &Asker, setup: &Setup) {
        let Some(group) = self.own_group(asker) else {
            return;
        };
        let place = asker.scene.place.clone();
        let known = self.snapshot.channels.get(&place).cloned();
        if *setup == Setup::default() {
            let hub_missing = known
                .as_ref()
                .is_some_and(|channel| self.hub_is_missing(channel));
            return self.answer(
                asker,
                Speech::SetupPanel {
                    channel: known,
                    hub_missing,
                },
            );
        }
        let before = known.unwrap_or_else(|| Channel {
            place: place.clone(),
            group,
            role: ChannelRole::Intake,
            listening: Listening::Ask,
            asking: AskedBy::Staff,
            leaks: Leaks::Told,
            area: Area::default(),
            set_by: asker.person.id.clone(),
            set_at: self.now,
        });
        let channel = Channel {
            role: setup.role.unwrap_or(before.role),
            listening: setup.listening.unwrap_or(before.listening),
            asking: setup.asking.unwrap_or(before.asking),
            leaks: setup.leaks.unwrap_or(before.leaks),
            area: setup.area.clone().unwrap_or(before.area),
            set_by: asker.person.id.clone(),
            set_at: self.now,
            ..before
        };
        self.decision
            .changes
            .push(Change::Channel(Box::new(channel.clone())));
        self.show_waiting(&channel);
        let hub_missing = self.hub_is_missing(&channel);
        self.answer(
            asker,
            Speech::SetupPanel {
                channel: Some(channel),
                hub_missing,
            },
        );
    }

    /// A button of the setup panel.
    pub fn set_role(&mut self, asker: &Asker, role: ChannelRole) {
        self.setup(
            asker,
            &Setup {
                role: Some(role),
                ..Setup::default()
            },
        );
    }

    /// A button of the setup panel.
    pub fn set_listening(&mut self, asker: &Asker, listening: Listening) {
        self.setup(
            asker,
            &Setup {
                listening: Some(listening),
                ..Setup::default()
            },
        );
    }

    /// A button of the setup panel.
    pub fn set_asking(&mut self, asker: &Asker, asking: AskedBy) {
        self.setup(
            asker,
            &Setup {
                asking: Some(asking),
                ..Setup::default()
            },
        );
    }

    /// A button of the setup panel.
    pub fn set_leaks(&mut self, asker: &Asker, leaks: Leaks) {
        self.setup(
            asker,
            &Setup {
                leaks: Some(leaks),
                ..Setup::default()
            },
        );
    }

    /// What waited for a channel like this one is shown in it: cases in a new hub, concerns in a new safeguarding channel.
    fn show_waiting(&mut self, channel: &Channel) {
        let place = &channel.place;
        match channel.role {
            ChannelRole::Hub => {
                let mut cases: Vec<_> = self
                    .snapshot
                    .cases
                    .values()
                    .filter(|case| case.state.is_with_hub() && case.area.meets(&channel.area))
                    .collect();
                cases.sort_by_key(|case| (case.at, case.id.clone()));
                for case in cases {
                    let subject = Subject::Case(case.id.clone());
                    let card = views::card(case, self.reports(&subject).len().max(1));
                    self.show("card", subject, place.clone(), Speech::Card(Box::new(card)));
                }
            }
            ChannelRole::Safeguarding => {
                let mut concerns: Vec<_> = self
                    .snapshot
                    .concerns
                    .values()
                    .filter(|concern| concern.area.meets(&channel.area))
                    .collect();
                concerns.sort_by_key(|concern| (concern.at, concern.id.clone()));
                for concern in concerns {
                    let speech = Speech::ConcernCard(Box::new(views::concern_card(concern)));
                    self.show(
                        "card",
                        Subject::Concern(concern.id.clone()),
                        place.clone(),
                        speech,
                    );
                }
            }
            ChannelRole::Intake | ChannelRole::Ignored => {}
        }
    }

    fn hub_is_missing(&self, channel: &Channel) -> bool {
        channel.role == ChannelRole::Intake
            && route::channels_for(self.snapshot, ChannelRole::Hub, &channel.area).is_empty()
    }

    /// `/kith moderator`: only administrators name moderators.
    pub fn name_moderator(
        &mut self,
        asker: &Asker,
        role: Option<&RoleId>,
        person: Option<&PersonId>,
    ) {
        let Some(group) = self.own_group(asker) else {
            return;
        };
        if role.is_none() && person.is_none() {
            let problem =
                "/kith moderator needs a role, or a message of the person that it answers"
                    .to_owned();
            return self.answer(asker, Speech::CommandProblem { problem });
        }
        let nobody = Moderators {
            group,
            roles: Vec::new(),
            people: Vec::new(),
        };
        let mut moderators = self.moderators_of(&asker.scene).cloned().unwrap_or(nobody);
        moderators.roles.extend(
            role.filter(|role| !moderators.roles.contains(role))
                .cloned(),
        );
        moderators.people.extend(
            person
                .filter(|person| !moderators.people.contains(person))
                .cloned(),
        );
        let connector = asker.scene.place.connector.clone();
        self.decision.changes.push(Change::Moderators {
            connector,
            moderators,
        });
        self.answer(asker, Speech::ModeratorNamed);
    }

    /// `/kith status`.
    pub fn channel_status(&mut self, asker: &Asker, issued: &Issued) {
        let channel = route::channel_of(&self.snapshot.channels, &asker.scene).cloned();
        let area = channel
            .as_ref()
            .map(|channel| channel.area.clone())
            .unwrap_or_default();
        let count = |role| route::channels_for(self.snapshot, role, &area).len();
        let facts = StatusFacts {
            hubs: count(ChannelRole::Hub),
            safeguarding: count(ChannelRole::Safeguarding),
            open: self
                .snapshot
                .cases
                .values()
                .filter(|case| case.state.is_with_hub() && case.area.meets(&area))
                .count(),
            area: area.clone(),
            problems: issued.problems.clone(),
        };
        self.answer(asker, Speech::ChannelStatus { channel, facts });
    }

    /// kith is new in a group: it says what to do first.
    pub fn hello(&mut self, place: Place) {
        self.promise(Act::Say {
            place,
            reply_to: None,
            speech: Speech::Hello,
        });
    }
}
