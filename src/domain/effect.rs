//! Effects: what is to be done outside the database, promised in the outbox until it is done.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::ids::{
    ConnectorId, DestinationId, EffectId, MessageId, MessageRef, Place, PostKey, ReferralId,
};
use super::inbound::AnswerToken;
use super::people::Person;
use super::referral::{Recall, ReferralNotice};
use super::report::Subject;
use super::speech::Speech;

/// Something promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Its identifier; sent along as the idempotency key where there is one.
    pub id: EffectId,
    /// Whether it goes before all that waits: danger does.
    pub urgent: bool,
    /// When it is no longer worth doing.
    pub expires: Option<Timestamp>,
    /// What to do.
    pub act: Act,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "each is made once and goes to the outbox as it is"
)]
pub enum Act {
    /// Post a message that kith keeps up to date, or edit it where it was posted before.
    /// Several of one post that wait are one: the newest.
    Show(Show),
    /// Delete a post, if it was ever posted.
    Retract {
        /// Which one.
        post: PostKey,
        /// Where it is.
        place: Place,
    },
    /// Delete what a person wrote in a channel, where the platform lets kith.
    Remove {
        /// Which message.
        message: MessageRef,
    },
    /// Say something once in a channel.
    Say {
        /// Where.
        place: Place,
        /// The message to answer.
        reply_to: Option<MessageId>,
        /// What.
        speech: Speech,
    },
    /// Tell one person in private.
    Tell {
        /// Whom.
        person: Person,
        /// What.
        speech: Speech,
        /// What to do where the person can't be reached in private.
        otherwise: Option<Otherwise>,
    },
    /// Answer a press, a command or a form.
    Answer(Answer),
    /// Hand a case to a destination.
    Forward {
        /// Where to.
        destination: DestinationId,
        /// What to tell it.
        notice: ReferralNotice,
    },
    /// Tell a destination to use no longer what it was told. In place of the telling, where that still waits.
    Recall {
        /// Whom.
        destination: DestinationId,
        /// What to tell it.
        recall: Recall,
    },
}

/// A message that kith keeps up to date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// Which one.
    pub post: PostKey,
    /// What it is about.
    pub subject: Subject,
    /// Where it is.
    pub place: Place,
    /// The message to answer when it is first posted.
    pub reply_to: Option<MessageId>,
    /// What it says now.
    pub speech: Speech,
    /// Whether it is posted anew where somebody deleted it.
    pub lasting: bool,
}

/// What to say in a channel where a person can't be reached in private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Otherwise {
    /// Where.
    pub place: Place,
    /// The message to answer.
    pub reply_to: Option<MessageId>,
    /// What; nothing personal.
    pub speech: Box<Speech>,
    /// The post that it is, where it is taken away later, with what that is about.
    #[serde(default)]
    pub post: Option<(PostKey, Subject)>,
}

/// An answer to a press, a command or a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whom.
    pub person: Person,
    /// Where they acted.
    pub place: Place,
    /// Whether that is a private chat.
    pub private: bool,
    /// The message that they typed, to answer it where there is no token.
    pub message: Option<MessageId>,
    /// How the platform wants it answered.
    pub token: Option<AnswerToken>,
    /// What to say.
    pub speech: Speech,
}

impl Act {
    /// The connector that carries it out; `hub` for destinations.
    pub fn connector(&self) -> ConnectorId {
        match self {
            Self::Show(Show { place, .. })
            | Self::Retract { place, .. }
            | Self::Say { place, .. }
            | Self::Remove {
                message: MessageRef { place, .. },
            } => place.connector.clone(),
            Self::Tell { person, .. } => person.connector.clone(),
            Self::Answer(answer) => answer.place.connector.clone(),
            Self::Forward { .. } | Self::Recall { .. } => ConnectorId::new("hub"),
        }
    }

    /// The queue that keeps its order: one a channel, a person, a destination. Answers wait for nobody.
    pub fn queue(&self) -> String {
        match self {
            Self::Show(Show { place, .. })
            | Self::Retract { place, .. }
            | Self::Say { place, .. }
            | Self::Remove {
                message: MessageRef { place, .. },
            } => place.channel.to_string(),
            Self::Tell { person, .. } => format!("@{}", person.id),
            Self::Answer(answer) => format!("?{}", answer.person.id),
            Self::Forward { destination, .. } | Self::Recall { destination, .. } => {
                destination.to_string()
            }
        }
    }

    /// The post, or the referral, whose waiting effects are one.
    pub fn coalesces(&self) -> Option<PostKey> {
        let referral = |id: &ReferralId| Some(PostKey::new(format!("referral/{id}")));
        match self {
            Self::Show(Show { post, .. }) | Self::Retract { post, .. } => Some(post.clone()),
            Self::Forward { notice, .. } => referral(&notice.referral),
            Self::Recall { recall, .. } => referral(&recall.referral),
            Self::Say { .. } | Self::Tell { .. } | Self::Answer(_) | Self::Remove { .. } => None,
        }
    }
}
