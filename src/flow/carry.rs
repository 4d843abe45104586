//! Carrying out one promised effect: the task it is for a platform, and what is settled about it afterwards.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::driver::{Driver, Forwarder, Handing};
use super::metrics::Counters;
use super::waits::{self, ForwardWaits};
use crate::chat::{Done, Failure, Inlet, Task};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::effect::{Act, Effect, Otherwise, Show};
use crate::domain::ids::{
    ChannelId, ConnectorId, DestinationId, Draw, EffectId, InboundKey, MessageRef, PostKey,
};
use crate::domain::inbound::{Event, Handed, Inbound};
use crate::domain::referral::Notice;
use crate::store::{Leased, Settled};

/// A platform that has not answered after this long may or may not have done it.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Who carries effects out.
#[derive(Clone)]
pub(super) enum Carrier {
    /// A connector.
    Chat(Driver),
    /// What hands cases over.
    Hub(Forwarder),
}

/// What carrying takes besides.
pub(super) struct Carrying {
    pub(super) carrier: Carrier,
    pub(super) inlet: Inlet,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Arc<Counters>,
    pub(super) forward_waits: ForwardWaits,
}

/// What came of an effect.
pub(super) struct Carried {
    pub(super) settled: Settled,
    /// How long the platform wants to hear no more there.
    pub(super) quiet: Option<Duration>,
}

impl From<Settled> for Carried {
    fn from(settled: Settled) -> Self {
        Self {
            settled,
            quiet: None,
        }
    }
}

impl Carrying {
    /// Whether this begins a message on a platform that would show it a second time if kith died
    /// before the first is settled.
    pub(super) fn can_repeat(&self, leased: &Leased) -> bool {
        match &self.carrier {
            Carrier::Hub(_) => false,
            Carrier::Chat(driver) => {
                !driver.capabilities.recognises_repeats
                    && !matches!(
                        task(leased),
                        None | Some(Task::Edit { .. } | Task::Delete { .. })
                    )
            }
        }
    }

    /// Carries out one effect and says how to settle it.
    pub(super) async fn carry(&self, leased: &Leased) -> Carried {
        match (&self.carrier, &leased.effect.act) {
            (
                Carrier::Hub(forwarder),
                Act::Forward {
                    destination,
                    notice,
                },
            ) => {
                let notice = Notice::Referral(notice.clone());
                self.hand(forwarder, (destination, notice), leased).await
            }
            (
                Carrier::Hub(forwarder),
                Act::Recall {
                    destination,
                    recall,
                },
            ) => {
                let notice = Notice::Recall(recall.clone());
                self.hand(forwarder, (destination, notice), leased).await
            }
            (Carrier::Chat(driver), _) => self.say(driver, leased).await,
            (Carrier::Hub(_), act) => Carried::from(Settled::Dead {
                why: format!(
                    "expected a case to hand over, found a message to {}",
                    act.connector()
                ),
            }),
        }
    }

    async fn hand(
        &self,
        forwarder: &Forwarder,
        (destination, notice): (&DestinationId, Notice),
        leased: &Leased,
    ) -> Carried {
        let handing = Handing {
            destination: destination.clone(),
            key: leased.effect.id.clone(),
            notice,
            now: self.clock.now(),
        };
        let settled = self.forward(forwarder, handing, leased.attempts).await;
        settled.into()
    }

    async fn say(&self, driver: &Driver, leased: &Leased) -> Carried {
        let Some(task) = task(leased) else {
            return done().into();
        };
        let result = match timeout(ANSWER_WITHIN, (driver.perform)(task)).await {
            Ok(result) => result,
            Err(_) => Err(no_answer()),
        };
        match result {
            Err(Failure::Moved { to }) if may_follow(leased, &to) => {
                self.follow(&driver.id, leased, to).await.into()
            }
            result => {
                let quiet = match &result {
                    Err(Failure::Retry { after, .. }) => *after,
                    _ => None,
                };
                if matches!(result, Err(Failure::Unreachable { .. })) {
                    self.counters.unreachable.one();
                }
                let settled = outcome(leased, result, self.clock.now());
                Carried { settled, quiet }
            }
        }
    }

    /// Tells receive that the channel has moved, then has it tried again.
    async fn follow(&self, connector: &ConnectorId, leased: &Leased, to: ChannelId) -> Settled {
        let Some(from) = channel(leased) else {
            return again(self.clock.now(), "the channel has moved".to_owned(), true);
        };
        let why = format!("the channel has moved to {to}");
        let moved = Inbound {
            connector: connector.clone(),
            key: InboundKey::new(format!("moved:{from}:{to}")),
            at: self.clock.now(),
            event: Event::Moved { from, to },
        };
        // Where kith is stopping, the next try finds the channel moved again.
        let told = self.inlet.hand_over(vec![moved], Vec::new()).await.is_ok();
        again(self.clock.now(), why, told)
    }

    async fn forward(&self, forwarder: &Forwarder, handing: Handing, failed: i64) -> Settled {
        let (key, notice) = (handing.key.clone(), handing.notice.clone());
        let result = match timeout(ANSWER_WITHIN, (forwarder.hand)(handing)).await {
            Ok(result) => result,
            Err(_) => Err(no_answer()),
        };
        let (answer, settled) = match result {
            Ok(reference) => (Ok(reference), done()),
            Err(Failure::Retry { after, why }) => {
                if let Some(wait) = self.forward_waits.after(failed) {
                    return again(self.clock.now() + longer(wait, after), why, true);
                }
                let why = format!("gave up after {} tries: {why}", failed + 1);
                (Err(why.clone()), Settled::Dead { why })
            }
            Err(failure) => {
                let why = failure.to_string();
                (Err(why.clone()), Settled::Dead { why })
            }
        };
        // The answer is on disk before the effect is done: whatever happens between is a repeat, which the
        // idempotency key makes harmless, never a loss.
        if self.hand_over_answer(key, &notice, answer).await {
            settled
        } else {
            again(self.clock.now(), "kith was stopping".to_owned(), false)
        }
    }

    async fn hand_over_answer(
        &self,
        effect: EffectId,
        notice: &Notice,
        answer: Result<Option<String>, String>,
    ) -> bool {
        let recall = matches!(notice, Notice::Recall(_));
        let word = match (recall, answer.is_ok()) {
            (false, true) => "taken",
            (false, false) => "refused",
            (true, true) => "recalled",
            (true, false) => "not_recalled",
        };
        let handed = Inbound {
            connector: ConnectorId::new("hub"),
            key: InboundKey::new(format!("{word}:{effect}")),
            at: self.clock.now(),
            event: Event::Handed(Handed {
                referral: notice.referral().clone(),
                effect,
                recall,
                answer,
            }),
        };
        self.counters.handed.one();
        self.inlet.hand_over(vec![handed], Vec::new()).await.is_ok()
    }
}

fn no_answer() -> Failure {
    Failure::Retry {
        after: None,
        why: format!("no answer within {} seconds", ANSWER_WITHIN.as_secs()),
    }
}

fn done() -> Settled {
    Settled::Done {
        posted: None,
        cleared: None,
    }
}

fn cleared(post: Option<&PostKey>) -> Settled {
    Settled::Done {
        posted: None,
        cleared: post.cloned(),
    }
}

fn again(at: Timestamp, why: String, attempt: bool) -> Settled {
    Settled::Again {
        at,
        why,
        attempt,
        forget_post: None,
    }
}

fn longer(wait: Duration, after: Option<Duration>) -> Duration {
    waits::jittered(after.map_or(wait, |after| after.max(wait)))
}

/// Where the message of a post is, once it was posted.
fn message_of(leased: &Leased) -> Option<MessageRef> {
    let post = leased.post.as_ref()?;
    Some(MessageRef {
        place: post.place.clone(),
        message: post.message.clone()?,
    })
}

/// What a platform has to do for an effect; none where that is nothing.
fn task(leased: &Leased) -> Option<Task> {
    let key = leased.effect.id.clone();
    match &leased.effect.act {
        Act::Show(show) => Some(match message_of(leased) {
            Some(message) => Task::Edit {
                message,
                speech: show.speech.clone(),
            },
            None => Task::Post {
                key,
                place: show.place.clone(),
                reply_to: show.reply_to.clone(),
                speech: show.speech.clone(),
            },
        }),
        Act::Retract { .. } => message_of(leased).map(|message| Task::Delete { message }),
        Act::Remove { message } => Some(Task::Delete {
            message: message.clone(),
        }),
        Act::Say {
            place,
            reply_to,
            speech,
        } => Some(Task::Post {
            key,
            place: place.clone(),
            reply_to: reply_to.clone(),
            speech: speech.clone(),
        }),
        Act::Tell { person, speech, .. } => Some(Task::Direct {
            key,
            person: person.clone(),
            speech: speech.clone(),
        }),
        Act::Answer(answer) => Some(Task::Answer {
            key,
            answer: answer.clone(),
        }),
        // Its connector is `hub`, which has a carrier of its own.
        Act::Forward { .. } | Act::Recall { .. } => None,
    }
}

/// What follows from a platform's answer.
fn outcome(leased: &Leased, result: Result<Done, Failure>, now: Timestamp) -> Settled {
    match result {
        Ok(as_done) => succeeded(&leased.effect.act, as_done),
        Err(Failure::Retry { after, why }) => match wait_after(leased) {
            Some(wait) => again(now + longer(wait, after), why, true),
            None => Settled::Dead {
                why: format!("gave up after {} tries: {why}", leased.attempts + 1),
            },
        },
        Err(Failure::Dead { why }) => Settled::Dead { why },
        Err(Failure::Unreachable { why }) => unreachable(&leased.effect, why, now),
        Err(Failure::Gone { why }) => gone(leased, why, now),
        Err(Failure::Moved { to }) => Settled::Dead {
            why: format!("the channel has moved to {to}, but the message didn't follow it"),
        },
    }
}

/// How long to wait before it is tried again; none where it is time to give up.
fn wait_after(leased: &Leased) -> Option<Duration> {
    if leased.effect.urgent {
        waits::urgent(leased.attempts)
    } else {
        waits::chat(leased.attempts)
    }
}

/// Whether to follow a channel that has moved: not for ever, and not in a circle.
fn may_follow(leased: &Leased, to: &ChannelId) -> bool {
    waits::chat(leased.attempts).is_some() && channel(leased).is_some_and(|from| from != *to)
}

fn succeeded(act: &Act, as_done: Done) -> Settled {
    match (act, as_done) {
        (Act::Show(Show { post, .. }), Done::Posted(message)) => Settled::Done {
            posted: Some((post.clone(), message)),
            cleared: None,
        },
        (Act::Retract { post, .. }, _) => cleared(Some(post)),
        _ => done(),
    }
}

fn unreachable(effect: &Effect, why: String, now: Timestamp) -> Settled {
    let Act::Tell {
        otherwise: Some(otherwise),
        ..
    } = &effect.act
    else {
        return Settled::Dead {
            why: format!("the person can't be reached in private: {why}"),
        };
    };
    let Otherwise {
        place,
        reply_to,
        speech,
        post,
    } = otherwise.clone();
    let Ok(mut draw) = fresh_draw(now) else {
        return Settled::Dead { why };
    };
    Settled::Instead {
        effect: Box::new(Effect {
            id: EffectId::new(draw.id()),
            urgent: effect.urgent,
            expires: effect.expires,
            act: match post {
                Some((post, subject)) => Act::Show(Show {
                    post,
                    subject,
                    place,
                    reply_to,
                    speech: *speech,
                    lasting: false,
                }),
                None => Act::Say {
                    place,
                    reply_to,
                    speech: *speech,
                },
            },
        }),
    }
}

fn gone(leased: &Leased, why: String, now: Timestamp) -> Settled {
    let post = leased.effect.act.coalesces();
    match &leased.effect.act {
        Act::Show(show) if show.lasting && message_of(leased).is_some() => Settled::Again {
            at: now,
            why,
            attempt: false,
            forget_post: post,
        },
        _ => cleared(post.as_ref()),
    }
}

fn channel(leased: &Leased) -> Option<ChannelId> {
    if let Some(message) = message_of(leased) {
        return Some(message.place.channel);
    }
    match &leased.effect.act {
        Act::Show(Show { place, .. }) | Act::Retract { place, .. } | Act::Say { place, .. } => {
            Some(place.channel.clone())
        }
        Act::Remove { message } => Some(message.place.channel.clone()),
        Act::Answer(answer) => Some(answer.place.channel.clone()),
        Act::Tell { .. } | Act::Forward { .. } | Act::Recall { .. } => None,
    }
}

/// A source of identifiers that nobody can foresee.
pub(super) fn fresh_draw(now: Timestamp) -> Result<Draw, getrandom::Error> {
    let mut seed = [0; 16];
    getrandom::fill(&mut seed)?;
    Ok(Draw::new(seed).at(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{MessageId, Place};
    use crate::domain::speech::Speech;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn tried(attempts: i64) -> Leased {
        Leased {
            effect: Effect {
                id: EffectId::new("effect"),
                urgent: false,
                expires: None,
                act: Act::Say {
                    place: Place {
                        connector: ConnectorId::new("telegram"),
                        channel: ChannelId::new("a"),
                    },
                    reply_to: None,
                    speech: Speech::Noted,
                },
            },
            generation: 0,
            attempts,
            promised: NOW,
            post: None,
        }
    }

    fn retried(attempts: i64, after: Option<Duration>) -> Settled {
        let why = "away".to_owned();
        outcome(&tried(attempts), Err(Failure::Retry { after, why }), NOW)
    }

    #[test]
    fn the_platform_is_not_asked_before_it_said() {
        let minutes = Duration::from_mins(5);
        let Settled::Again { at, attempt, .. } = retried(0, Some(minutes)) else {
            panic!("expected another try");
        };
        assert!(attempt && at >= NOW + minutes && at <= NOW + minutes * 2);
    }

    #[test]
    fn waits_grow_and_then_staff_see_it() {
        let wait = |attempts| match retried(attempts, None) {
            Settled::Again { at, .. } => at.since(NOW),
            other => panic!("expected another try, found {other:?}"),
        };
        assert!(wait(0) < wait(3) && wait(3) < wait(8));
        let Settled::Dead { why } = retried(20, None) else {
            panic!("expected it to be given up");
        };
        assert_eq!(why, "gave up after 21 tries: away");
    }

    #[test]
    fn a_channel_is_followed_but_not_in_a_circle() {
        assert!(may_follow(&tried(0), &ChannelId::new("b")));
        assert!(!may_follow(&tried(0), &ChannelId::new("a")));
        assert!(!may_follow(&tried(20), &ChannelId::new("b")));
    }

    #[test]
    fn what_a_once_said_message_became_is_not_kept() {
        let settled = outcome(&tried(0), Ok(Done::Posted(MessageId::new("m"))), NOW);
        assert_eq!(settled, done());
    }
}
