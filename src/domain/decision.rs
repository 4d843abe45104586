//! A decision: what an inbound changes and what it promises, and the snapshot it is made from.

use std::collections::HashMap;

use super::areas::Areas;
use super::case::{Candidate, Case};
use super::clock::Timestamp;
use super::code::CaseCode;
use super::concern::Concern;
use super::correction::Correction;
use super::dialogue::Dialogue;
use super::effect::{Act, Effect};
use super::ids::{
    CaseId, ChannelId, ConcernId, ConnectorId, DestinationId, GroupId, InboundKey, MatchId,
    MessageId, MessageRef, OfferId, PersonId, Place, PostKey, ReferralId, ReportId,
};
use super::lately::{Lately, Mark};
use super::matching::Match;
use super::offer::Offer;
use super::permission::Refused;
use super::private::Private;
use super::queue::{QueuePage, QueueQuestion};
use super::referral::Referral;
use super::report::{CaseEvent, Report, Subject};
use super::rescue::Reached;
use super::settings::{Channel, Moderators};
use super::speech::Destination;
use super::traces::Hash;
use super::volunteer::Volunteer;

/// What an inbound changes and what it promises. Both are written in one transaction, or neither.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Rows to write.
    pub changes: Vec<Change>,
    /// Effects to promise.
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Nothing to do.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Whether there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        self.changes.is_empty() && self.effects.is_empty()
    }
}

/// A person on a connector, as a key.
pub type PersonKey = (ConnectorId, PersonId);

/// A row to write, whole. A versioned row carries its new version; the write expects the one before.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A case.
    Case(Box<Case>),
    /// A report.
    Report(Box<Report>),
    /// An offer.
    Offer(Box<Offer>),
    /// A match.
    Match(Box<Match>),
    /// What is known of somebody who offers help.
    Volunteer(Box<Volunteer>),
    /// A concern.
    Concern(Box<Concern>),
    /// A referral.
    Referral(Box<Referral>),
    /// A dialogue begins or goes on.
    Dialogue(Box<Dialogue>),
    /// A dialogue is over.
    DialogueEnded(PersonKey),
    /// A channel's settings.
    Channel(Box<Channel>),
    /// A channel lives on under another identifier: settings, posts, cases and what waits in the outbox follow.
    ChannelMoved {
        /// Whose.
        connector: ConnectorId,
        /// The old identifier.
        from: ChannelId,
        /// The new one.
        to: ChannelId,
    },
    /// kith left a group: its channels' settings go.
    GroupLeft {
        /// Whose.
        connector: ConnectorId,
        /// The group.
        group: GroupId,
    },
    /// Who may set a group up.
    Moderators {
        /// Whose group.
        connector: ConnectorId,
        /// Who may.
        moderators: Moderators,
    },
    /// A person has read the doorstep and money rules in this version.
    Briefed {
        /// Who.
        person: PersonKey,
        /// Which version.
        version: i64,
        /// When.
        at: Timestamp,
    },
    /// What a person said that a text is, in place of what was said of the same report before.
    Correction(Box<Correction>),
    /// What was said of a report's text no longer holds, or the text is gone. Nothing where there is none.
    CorrectionDropped(ReportId),
    /// A row of the audit trail.
    Event(Box<CaseEvent>),
    /// Somebody was not let do something.
    Refused(Box<Refused>),
    /// No row: counted in memory alone.
    Counted(Mark),
    /// Something that nobody could read, kept as it came.
    Malformed {
        /// As it came.
        raw: Private<String>,
        /// What was wrong.
        error: String,
    },
}

/// A message that kith keeps up to date, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Which one.
    pub key: PostKey,
    /// What it is about.
    pub subject: Subject,
    /// Where it is.
    pub place: Place,
    /// The message, once it was posted.
    pub message: Option<MessageId>,
}

/// What a connector can do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an ability of its own"
)]
pub struct Capabilities {
    /// Messages can carry buttons.
    pub buttons: bool,
    /// A button can open a form.
    pub forms: bool,
    /// An answer can be shown to one person alone in a group.
    pub ephemeral: bool,
    /// Deletions are reported.
    pub sees_deletions: bool,
    /// kith can write first in private.
    pub direct_first: bool,
    /// A message sent again with the same key is recognised and not shown twice.
    pub recognises_repeats: bool,
    /// The longest message, in UTF-16 units.
    pub message_length: usize,
}

/// What one telling is looked up by: each duplicate key with how much it says that a case has it too.
pub type Keys = Vec<(Hash, u8)>;

/// What two tellings have in common has to be worth so much for them to be compared: one thing that many have, a name or one
/// kind of help in one place, is not enough.
pub const LEAST_IN_COMMON: u8 = 3;
/// A telling is compared with so many cases: those that have most in common with it.
pub const LIKELIEST: usize = 16;

/// What is read from the store before a batch is decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Reports by their source message, with what they tell of.
    pub sources: Vec<MessageRef>,
    /// Cases, offers and concerns by identifier.
    pub subjects: Vec<Subject>,
    /// Cases, offers and concerns by code.
    pub codes: Vec<CaseCode>,
    /// People: their live cases and offers, what they told lately of a concern, their dialogue (with its subject) and
    /// their briefing.
    pub people: Vec<PersonKey>,
    /// People: what they told that is part of another case now.
    pub parts_of: Vec<PersonKey>,
    /// Matches by identifier, with their cases and offers, and what is known of their neighbours.
    pub matches: Vec<MatchId>,
    /// Of these cases the offers that may fit, of these offers the cases, each with what is known of both sides' matches
    /// and of those who offer.
    pub fits: Vec<Subject>,
    /// What is known of these people as volunteers.
    pub volunteers: Vec<PersonKey>,
    /// Referrals by identifier, with their cases.
    pub referrals: Vec<ReferralId>,
    /// Referrals by the destination's reference, with their cases.
    pub references: Vec<(DestinationId, String)>,
    /// Live cases by what tellings would have in common with them: the likeliest few for each telling.
    pub keys: Vec<Keys>,
    /// Who may set these groups up.
    pub groups: Vec<(ConnectorId, GroupId)>,
    /// The newest concerns that are not closed.
    pub open_concerns: bool,
    /// Pages of the queue, with their cases.
    pub queues: Vec<QueueQuestion>,
    /// The present moment, by which a case is stale.
    pub as_of: Timestamp,
}

/// All that a decision is made from: settings, and the rows that [`Wants`] named.
///
/// After a decision of the same batch it holds what that decision changed.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Every channel that was set up.
    pub channels: HashMap<Place, Channel>,
    /// What each connector can do.
    pub capabilities: HashMap<ConnectorId, Capabilities>,
    /// The destinations that staff can forward to.
    pub destinations: Vec<Destination>,
    /// Cases.
    pub cases: HashMap<CaseId, Case>,
    /// Offers.
    pub offers: HashMap<OfferId, Offer>,
    /// Matches: all of the named cases, and those that go on of the named offers.
    pub matches: HashMap<MatchId, Match>,
    /// What is known of those who offer help, as far as it was asked for.
    pub volunteers: HashMap<PersonKey, Volunteer>,
    /// Concerns.
    pub concerns: HashMap<ConcernId, Concern>,
    /// Reports, all of a loaded case unless it is only compared with.
    pub reports: HashMap<ReportId, Report>,
    /// Referrals.
    pub referrals: HashMap<ReferralId, Referral>,
    /// Dialogues.
    pub dialogues: HashMap<PersonKey, Dialogue>,
    /// The version of the briefing that a person has read.
    pub briefed: HashMap<PersonKey, i64>,
    /// Who may set groups up.
    pub moderators: HashMap<(ConnectorId, GroupId), Moderators>,
    /// The posts about each loaded subject.
    pub posts: HashMap<Subject, Vec<Post>>,
    /// Duplicate keys of the loaded live cases.
    pub keys: HashMap<Hash, Vec<CaseId>>,
    /// For each telling that was looked up by its keys, the live cases that have most in common with it, as they were when
    /// the batch began. What is among `cases` too stands there as it is now.
    pub candidates: HashMap<Keys, Vec<Candidate>>,
    /// Where the outcodes lie that matter to what fits.
    pub areas: Areas,
    /// The pages of the queue that were asked for, as they were when the batch began.
    pub queues: Vec<(QueueQuestion, QueuePage)>,
    /// How often what happened lately.
    pub lately: Lately,
    /// Who was sent what they need at once, before the inbound that says so could be decided.
    pub reached: HashMap<(ConnectorId, InboundKey), Reached>,
}

impl Snapshot {
    /// Takes in what was loaded later. Settings stay as they are.
    pub fn add(&mut self, later: Self) {
        self.cases.extend(later.cases);
        self.offers.extend(later.offers);
        self.matches.extend(later.matches);
        self.volunteers.extend(later.volunteers);
        self.concerns.extend(later.concerns);
        self.reports.extend(later.reports);
        self.referrals.extend(later.referrals);
        self.dialogues.extend(later.dialogues);
        self.briefed.extend(later.briefed);
        self.moderators.extend(later.moderators);
        self.posts.extend(later.posts);
        self.candidates.extend(later.candidates);
        self.areas.extend(later.areas);
        for (key, ids) in later.keys {
            let known = self.keys.entry(key).or_default();
            for id in ids {
                if !known.contains(&id) {
                    known.push(id);
                }
            }
        }
    }

    /// Takes in what a decision changes, so that the next one of the batch sees it.
    pub fn apply(&mut self, decision: &Decision) {
        for change in &decision.changes {
            self.apply_change(change);
        }
        for effect in &decision.effects {
            if let Act::Show(show) = &effect.act {
                let posts = self.posts.entry(show.subject.clone()).or_default();
                if posts.iter().all(|post| post.key != show.post) {
                    posts.push(Post {
                        key: show.post.clone(),
                        subject: show.subject.clone(),
                        place: show.place.clone(),
                        message: None,
                    });
                }
            }
        }
    }

    fn apply_change(&mut self, change: &Change) {
        match change {
            Change::Case(case) => {
                for key in &case.keys {
                    let ids = self.keys.entry(*key).or_default();
                    if !ids.contains(&case.id) {
                        ids.push(case.id.clone());
                    }
                }
                self.cases.insert(case.id.clone(), (**case).clone());
            }
            Change::Report(report) => {
                self.reports.insert(report.id.clone(), (**report).clone());
            }
            Change::Offer(offer) => {
                self.offers.insert(offer.id.clone(), (**offer).clone());
            }
            Change::Match(found) => {
                self.matches.insert(found.id.clone(), (**found).clone());
            }
            Change::Volunteer(volunteer) => {
                self.volunteers
                    .insert(volunteer.key(), (**volunteer).clone());
            }
            Change::Concern(concern) => {
                self.concerns
                    .insert(concern.id.clone(), (**concern).clone());
            }
            Change::Referral(referral) => {
                self.referrals
                    .insert(referral.id.clone(), (**referral).clone());
            }
            Change::Dialogue(dialogue) => {
                let key = (
                    dialogue.person.connector.clone(),
                    dialogue.person.id.clone(),
                );
                self.dialogues.insert(key, (**dialogue).clone());
            }
            Change::DialogueEnded(person) => {
                self.dialogues.remove(person);
            }
            Change::Channel(channel) => {
                self.channels
                    .insert(channel.place.clone(), (**channel).clone());
            }
            Change::ChannelMoved {
                connector,
                from,
                to,
            } => self.move_channel(connector, from, to),
            Change::GroupLeft { connector, group } => {
                self.channels.retain(|place, channel| {
                    place.connector != *connector || channel.group != *group
                });
            }
            Change::Moderators {
                connector,
                moderators,
            } => {
                self.moderators.insert(
                    (connector.clone(), moderators.group.clone()),
                    moderators.clone(),
                );
            }
            Change::Briefed {
                person, version, ..
            } => {
                self.briefed.insert(person.clone(), *version);
            }
            Change::Counted(mark) => self.lately.note(mark.clone()),
            Change::Correction(_)
            | Change::CorrectionDropped(_)
            | Change::Event(_)
            | Change::Refused(_)
            | Change::Malformed { .. } => {}
        }
    }

    fn move_channel(&mut self, connector: &ConnectorId, from: &ChannelId, to: &ChannelId) {
        let moved = |place: &mut Place| {
            if place.connector == *connector && place.channel == *from {
                place.channel = to.clone();
            }
        };
        let old = Place {
            connector: connector.clone(),
            channel: from.clone(),
        };
        if let Some(mut channel) = self.channels.remove(&old) {
            moved(&mut channel.place);
            channel.group = GroupId::new(to.as_str());
            self.channels.insert(channel.place.clone(), channel);
        }
        self.cases
            .values_mut()
            .for_each(|case| moved(&mut case.place));
        self.offers
            .values_mut()
            .for_each(|offer| moved(&mut offer.place));
        self.posts
            .values_mut()
            .flatten()
            .for_each(|post| moved(&mut post.place));
    }

    /// The case or offer with this code.
    pub fn by_code(&self, code: &CaseCode) -> Option<Subject> {
        let case = self
            .cases
            .values()
            .find(|case| case.code == *code)
            .map(|case| Subject::Case(case.id.clone()));
        case.or_else(|| {
            self.offers
                .values()
                .find(|offer| offer.code == *code)
                .map(|offer| Subject::Offer(offer.id.clone()))
        })
    }

    /// The concern with this code; for leads alone.
    pub fn concern_by_code(&self, code: &CaseCode) -> Option<&Concern> {
        self.concerns.values().find(|concern| concern.code == *code)
    }

    /// The report that a message is.
    pub fn report_of(&self, source: &MessageRef) -> Option<&Report> {
        self.reports
            .values()
            .find(|report| report.source.as_ref() == Some(source))
    }

    /// The reports of a subject, oldest first.
    pub fn reports_of(&self, subject: &Subject) -> Vec<&Report> {
        let mut reports: Vec<_> = self
            .reports
            .values()
            .filter(|report| report.subject == *subject)
            .collect();
        reports.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        reports
    }
}
