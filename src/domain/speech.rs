//! What kith has to say, without the words: `reply` puts it in a language, a connector in a platform's form.

#![expect(
    missing_docs,
    reason = "the fields of a speech are named after their types, which say what they are"
)]

use serde::{Deserialize, Serialize};

use super::action::Action;
use super::case::{CaseState, Joined, Outcome, Proposing, Similar};
use super::clock::Timestamp;
use super::code::CaseCode;
use super::concern::{ConcernState, Logged, ToldAgain};
use super::consent::{Ground, Said};
use super::details::{Details, Field};
use super::disclosure::{Disclosed, Item};
use super::ids::{CaseId, ConcernId, DestinationId, MessageRef, OfferId};
use super::match_speech::{MatchNote, MatchSpeech, NeighbourList, Stage};
use super::matching::Reason;
use super::offer::OfferState;
use super::particulars::Secret;
use super::people::Person;
use super::priority::Priority;
use super::private::Private;
use super::queue::QueueView;
use super::reading::{Category, Signal, Urgency};
use super::report::Subject;
use super::sealed::SealedMessage;
use super::settings::{Area, Channel};
use super::sharing_speech::{GroundSpeech, SharingSpeech};
use super::volunteer::{Step, Tier};

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Speech {
    // --- in a neighbours' channel: one line, never repeating the need ---
    /// Shall this request be passed on? Buttons: yes, no, tell privately.
    AskRequest { subject: Subject },
    /// Shall this offer be noted? Buttons: yes, no, tell privately.
    AskOffer { subject: Subject },
    /// Is this need met? Buttons: withdraw, no.
    AskResolved { subject: Subject, code: CaseCode },
    /// The request is with the hub. Buttons: add details, withdraw.
    PassedOn { subject: Subject, code: CaseCode },
    /// The offer is noted. Buttons: add details, withdraw.
    OfferNoted { subject: Subject, code: CaseCode },
    /// Passed on without asking, as the group wants it. Buttons: undo, add details.
    Logged { subject: Subject, code: CaseCode },
    /// The same person told it before: it is with the hub. Buttons: add details, withdraw.
    AlreadyWithHub { subject: Subject, code: CaseCode },
    /// Somebody else told it before: it is part of that case, which is not named. Buttons: it is something else, withdraw.
    PartOf { case: CaseId, code: CaseCode },
    /// It was taken back.
    TakenBack { code: CaseCode },
    /// What stood here is gone, since it was kept long enough or somebody asked for it.
    Erased,
    /// Neutral: there is a message for you. Where `link` is given a button leads to it.
    MessageWaiting { link: Option<Action> },

    // --- short answers to a press or a command ---
    /// It is done.
    Noted,
    /// Only the one who wrote the message can answer this.
    OnlyTheWriter,
    /// The button no longer works.
    ButtonGone,
    /// Only these people may do that.
    NotForYou { who: Needed },
    /// The command was not understood.
    CommandProblem { problem: String },
    /// No case or offer with this code is known here.
    NoSuchCode { code: CaseCode },
    /// It goes too fast.
    Slow { why: Slow },
    /// The draft was dropped; nothing is passed on.
    Dropped,

    // --- in private, to residents and neighbours ---
    /// Hello, and what can be done here. Buttons: ask for help, offer help.
    Welcome,
    /// The commands that this person can use here.
    Help {
        staff: bool,
        lead: bool,
        moderator: bool,
    },
    /// One question of the dialogue. Buttons: skip, back, stop.
    AskField(AskField),
    /// What was told, all of it. Buttons: change each, withdraw.
    DetailsSaved {
        subject: Subject,
        code: CaseCode,
        details: Details,
        #[serde(default)]
        on_behalf: bool,
    },
    /// The dialogue was stopped; what was told is kept.
    DialogueStopped,
    /// The writer's own requests and offers. Buttons: withdraw each.
    Mine { entries: Vec<MineEntry> },
    /// News of a case for its resident.
    News {
        case: CaseId,
        code: CaseCode,
        news: News,
    },
    /// What comes next is the answer to the hub's question. Button: not now.
    AskAnswer {
        code: CaseCode,
        question: Private<String>,
    },
    /// Thanks; the answer is with the hub.
    AnswerPassedOn { code: CaseCode },
    /// Nothing here was understood as a need; how to ask.
    NotUnderstood,
    /// Of sharing, to a resident.
    Sharing(Box<SharingSpeech>),

    /// Which checks do you have? A button for each.
    AskChecks,
    /// The leads know now which check somebody says they have.
    CheckStated { tier: Tier },

    /// A match, for one of the two.
    Match(Box<MatchSpeech>),

    // --- in a hub channel ---
    /// The card of a case.
    Card(Box<CardView>),
    /// The card of an offer.
    OfferCard(Box<OfferView>),
    /// Something happened to a case that its holder should see.
    HubNote {
        code: CaseCode,
        holder: Option<Person>,
        note: HubNote,
    },
    /// The doorstep and money rules, before a case is taken. Button: understood, take it.
    Briefing {
        case: CaseId,
        code: CaseCode,
        lines: Vec<String>,
    },
    /// You have the case now, with the details that you may see.
    YouHaveIt(Box<CaseFile>),
    /// Somebody else has it.
    HeldBy {
        code: CaseCode,
        name: Private<String>,
        since: Timestamp,
    },
    /// The case is not in a state for that.
    NotNow {
        code: CaseCode,
        expected: String,
        found: String,
    },
    /// You gave it back.
    YouReleasedIt { code: CaseCode },
    /// All that may be seen of a case.
    File(Box<CaseFile>),
    /// A page of the queue of this hub. Buttons: the pages around it, other views.
    Queue(Box<QueueList>),
    /// How did it end? A button for each outcome.
    AskOutcome { case: CaseId, code: CaseCode },
    /// Where should it go? A button for each destination.
    AskDestination {
        case: CaseId,
        code: CaseCode,
        destinations: Vec<Destination>,
    },
    /// There is no destination to forward to.
    NoDestination,
    /// It is on its way to the destination.
    Forwarding { code: CaseCode, destination: String },
    /// Somebody under 18 may have told it: what is asked in private is for the leads.
    ForLeads { code: CaseCode },
    /// Of the ground for sharing.
    Ground(Box<GroundSpeech>),
    /// It is closed.
    YouClosedIt { code: CaseCode, outcome: Outcome },
    /// The question went to the resident.
    QuestionSent { code: CaseCode },
    /// The case has this priority now, by hand or by the rules again.
    PrioritySet {
        code: CaseCode,
        priority: Priority,
        by_hand: bool,
    },
    /// The neighbours who could be asked. A button for each.
    Neighbours(Box<NeighbourList>),
    /// The neighbour is asked in private.
    NeighbourAsked {
        code: CaseCode,
        name: Private<String>,
    },

    // --- safeguarding ---
    /// The right numbers to call, in private. Button where a request can be passed on too.
    Numbers(Box<Numbers>),
    /// The card of a concern, in a safeguarding channel only.
    ConcernCard(Box<ConcernView>),
    /// The same was heard from its writer before: the leads know. Button: the numbers again.
    HeardAgain { concern: ConcernId },
    /// What do you worry about? In private.
    AskWorry,
    /// A lead will look at what somebody worries about; what to do until then.
    ConcernRaised { lines: Vec<String> },
    /// The concerns that leads have still to deal with, in a safeguarding channel only.
    Concerns { entries: Vec<ConcernEntry> },
    /// How did a concern end? A button for each outcome.
    AskConcernOutcome { concern: ConcernId, code: CaseCode },
    /// Nobody has taken a concern in time.
    ConcernWaits { code: CaseCode, since: Timestamp },
    /// The same person has told more of a concern.
    ConcernGrew { code: CaseCode },
    /// Your message shows the group what strangers should not see, in private. Button: take it away.
    Leak {
        secrets: Vec<Secret>,
        removed: bool,
        message: SealedMessage,
    },
    /// Your message is being taken away.
    Removing,
    /// What is known of somebody who offers help, in a safeguarding channel only. Buttons: what was seen.
    Volunteer(Box<VolunteerView>),

    // --- moderators ---
    /// How this channel is set, with buttons to change it.
    SetupPanel {
        channel: Option<Channel>,
        hub_missing: bool,
    },
    /// What works here and what doesn't.
    ChannelStatus {
        channel: Option<Channel>,
        facts: StatusFacts,
    },
    /// A role or a person may now set kith up here.
    ModeratorNamed,
    /// kith was added to a group: what to do first.
    Hello,
}

/// Who may do a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needed {
    /// Hub staff, in a hub channel.
    Staff,
    /// Safeguarding leads, in a safeguarding channel.
    Lead,
    /// Administrators and those they named.
    Moderator,
    /// The one who holds the case.
    Holder,
    /// Somebody who acts in their own name.
    Named,
}

/// What goes too fast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slow {
    /// Too many codes that lead nowhere: none is looked up for a while.
    Codes,
    /// Too many questions to kith: it answers no more of them for a while.
    Answers,
    /// Too many needs or offers of one person: this one went to what has this code.
    Tellings { code: CaseCode },
    /// Too many needs or offers begun in private: what has this code is the newest.
    Beginnings { code: CaseCode },
}

/// One question of the private dialogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskField {
    /// What the answer belongs to.
    pub subject: Subject,
    /// The field.
    pub field: Field,
    /// What is there already.
    pub current: Option<Private<String>>,
    /// Whether this is the only question (an edit), so that there is no way back and no counting.
    pub only: bool,
    /// Whether it is for somebody other than the writer.
    #[serde(default)]
    pub on_behalf: bool,
}

/// One of a person's own requests or offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineEntry {
    /// Which one.
    pub subject: Subject,
    /// Its code.
    pub code: CaseCode,
    /// What it is about.
    pub categories: Vec<Category>,
    /// The word for its state.
    pub state: String,
    /// When it began.
    pub at: Timestamp,
    /// Whether something of it may be shared, which can be stopped.
    #[serde(default)]
    pub shared: bool,
}

/// What a resident hears of their case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// Somebody at the hub has taken it.
    Claimed,
    /// It is waiting again.
    Released,
    /// The hub asks something. Button: answer.
    Question { text: Private<String> },
    /// It was handed on.
    Forwarded {
        destination: String,
        reference: Option<String>,
    },
    /// The destination says how it is going.
    Status { destination: String, status: String },
    /// It has ended.
    Closed { outcome: Outcome },
    /// It was brought back.
    Reopened,
    /// Staff put it together with what somebody else told.
    Joined,
    /// It is a need of its own again, no longer part of this other one.
    Apart { code: CaseCode },
    /// Somebody at the hub looks at it. This and the next two say nothing of anybody: they are for those who told of
    /// what another person needs.
    LookedAt,
    /// The hub has it.
    WithHub,
    /// The hub has closed it.
    Over,
}

/// What a card shows of a case: never an address, a name or the words themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    /// Which case.
    pub case: CaseId,
    /// Its code.
    pub code: CaseCode,
    /// Where it stands.
    pub state: CaseState,
    /// What everybody in a hub channel may see of it.
    #[serde(flatten)]
    pub told: Disclosed,
    /// How many tellings there are.
    pub reports: usize,
    /// Whether details were told in private.
    pub has_details: bool,
    /// Whether they may be shared.
    pub consent: bool,
    /// The reason for sharing that a person typed.
    #[serde(default)]
    pub ground: Option<Ground>,
    /// Whether the resident took their yes back.
    #[serde(default)]
    pub withdrawn: bool,
    /// Cases that may be the same need.
    pub similar: Vec<Similar>,
    /// Cases that are part of it.
    pub joined: Vec<Joined>,
    /// How far a match with a neighbour has come, where there is one.
    #[serde(default)]
    pub neighbour: Option<Stage>,
    /// Whether kith asks neighbours by itself.
    #[serde(default)]
    pub proposing: Proposing,
}

/// What a card shows of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferView {
    /// Which offer; none on cards that are older than this.
    #[serde(default)]
    pub offer: Option<OfferId>,
    /// Its code.
    pub code: CaseCode,
    /// Where it stands.
    pub state: OfferState,
    /// What everybody in a hub channel may see of it.
    #[serde(flatten)]
    pub told: Disclosed,
    /// Whether details were told in private.
    pub has_details: bool,
}

/// What the holder of a case should see happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum HubNote {
    /// The message behind it was edited.
    Edited,
    /// The resident added or changed details.
    DetailsAdded,
    /// The resident answered the question.
    Answered,
    /// The resident took it back.
    Withdrawn,
    /// The claim ran out.
    Lapsed,
    /// The resident answered whether a destination may be told.
    SharingAnswered { destination: String, said: Said },
    /// The resident took their yes to sharing back.
    SharingStopped,
    /// A destination can't be told to use a case no longer.
    NotRecalled { destination: String, why: String },
    /// The destination took it and gave this reference.
    Taken {
        destination: String,
        reference: Option<String>,
    },
    /// The destination will not take it.
    Refused { destination: String, why: String },
    /// The destination says how it is going.
    Status { destination: String, status: String },
    /// Staff merged another case into it.
    Joined { code: CaseCode },
    /// Somebody else told of the same need, for these reasons; their telling is part of it. Button: it is not.
    ToldByAnother {
        case: CaseId,
        code: CaseCode,
        urgency: Urgency,
        reasons: Vec<String>,
    },
    /// A case that was part of it is on its own again.
    Apart { code: CaseCode },
    /// The resident can't be reached in private.
    Unreachable,
    /// Something happened between the case and a neighbour.
    Match {
        name: Private<String>,
        what: MatchNote,
    },
    /// A new offer fits it.
    OfferFits {
        offer: CaseCode,
        reasons: Vec<Reason>,
    },
}

/// Somebody who told of a case that is part of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teller {
    /// The code of what they told.
    pub code: CaseCode,
    /// What the reader may see of it.
    #[serde(flatten)]
    pub told: Disclosed,
}

/// What one of the staff may see of a case: more where it is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// What the card shows.
    pub card: CardView,
    /// What the reader may see of who told it, in which words, and what they told in private.
    #[serde(flatten)]
    pub told: Disclosed,
    /// Who else told of it.
    pub others: Vec<Teller>,
    /// The doorstep and money rules.
    pub prompts: Vec<String>,
}

/// A page of the queue, as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueList {
    /// What was asked for.
    pub view: QueueView,
    /// Its lines.
    pub entries: Vec<QueueEntry>,
    /// How many cases there are on all pages.
    pub total: usize,
    /// The page before it, where there is one.
    pub previous: Option<QueueView>,
    /// The page after it, where there is one.
    pub next: Option<QueueView>,
}

/// One line of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueEntry {
    /// Its code.
    pub code: CaseCode,
    /// What everybody in a hub channel may see of it.
    #[serde(flatten)]
    pub told: Disclosed,
    /// The word for its state.
    pub state: String,
    /// Who holds it.
    pub holder: Option<Private<String>>,
}

/// A destination as staff choose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// Its name in the configuration.
    pub id: DestinationId,
    /// What people call it.
    pub title: String,
    /// What it is told of a case, as its settings have it.
    #[serde(default)]
    pub fields: Vec<Item>,
}

/// The numbers for what was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// What was recognised; never named in public.
    pub signals: Vec<Signal>,
    /// The numbers, the most important first.
    pub numbers: Vec<Number>,
    /// A request that can be passed on as well.
    pub request: Option<Subject>,
}

/// One number to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// Whose it is.
    pub name: String,
    /// The number, or how to use it.
    pub contact: String,
    /// When it answers.
    pub hours: String,
}

/// What leads see of a concern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernView {
    /// Which concern.
    pub concern: ConcernId,
    /// Its code.
    pub code: CaseCode,
    /// Where it stands.
    pub state: ConcernState,
    /// What was recognised.
    pub signals: Vec<Signal>,
    /// The person's own words.
    pub words: Option<Private<String>>,
    /// Who wrote them.
    pub name: Private<String>,
    /// The message.
    pub source: Option<MessageRef>,
    /// The case or offer that somebody worries about.
    #[serde(default)]
    pub about: Option<CaseCode>,
    /// When.
    pub at: Timestamp,
    /// Whether its writer was given numbers to call.
    #[serde(default)]
    pub given: bool,
    /// What the same person told of it later.
    #[serde(default)]
    pub again: Vec<ToldAgain>,
    /// What leads wrote down.
    #[serde(default)]
    pub log: Vec<Logged>,
}

/// One line of the open concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernEntry {
    /// Its code.
    pub code: CaseCode,
    /// Where it stands.
    pub state: ConcernState,
    /// What was recognised.
    pub signals: Vec<Signal>,
    /// When.
    pub at: Timestamp,
}

/// What leads see of somebody who offers help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolunteerView {
    /// The offer that they are named by.
    pub offer: OfferId,
    /// Its code.
    pub code: CaseCode,
    /// Their name.
    pub name: Private<String>,
    /// What a lead has seen last.
    pub check: Option<Step>,
    /// Whether that counts no longer.
    pub ran_out: bool,
    /// Since when, by whom and why they are paused or barred.
    pub hold: Option<Step>,
    /// What they state themselves.
    pub stated: Option<Tier>,
}

/// What `/kith status` tells of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusFacts {
    /// Hub channels that see this channel's cases.
    pub hubs: usize,
    /// Safeguarding channels that see this channel's concerns.
    pub safeguarding: usize,
    /// Cases with the hub from this area.
    pub open: usize,
    /// The area of the channel.
    pub area: Area,
    /// What the connector found wrong here, in plain words.
    pub problems: Vec<String>,
}

impl Speech {
    /// Whether only one person may see it: it is never said in a group.
    pub const fn is_personal(&self) -> bool {
        matches!(
            self,
            Self::AskField(_)
                | Self::DetailsSaved { .. }
                | Self::Mine { .. }
                | Self::News { .. }
                | Self::AskChecks
                | Self::CheckStated { .. }
                | Self::Match(_)
                | Self::AskAnswer { .. }
                | Self::YouHaveIt(_)
                | Self::File(_)
                | Self::Sharing(_)
                | Self::Numbers(_)
                | Self::HeardAgain { .. }
                | Self::AskWorry
                | Self::ConcernRaised { .. }
                | Self::Leak { .. }
        )
    }
}
