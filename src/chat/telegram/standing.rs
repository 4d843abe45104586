//! What only Telegram knows at the moment of an act: who is an administrator, and what hinders kith in a group.
//! Asked for what moderators do alone, so that ordinary messages cost no call.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use teloxide::payloads::{GetChat, GetChatMember, GetMe};
use tokio::time::Instant;

use super::Telegram;
use super::call::CallError;
use super::ids::{self, Spot};
use super::update::{Ask, Seen};
use super::wire::{Chat, Me, Member};
use crate::domain::ids::{ChannelId, Place};
use crate::domain::inbound::{Event, Inbound, Scene};

/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(30);
/// How long others wait for such an answer. Among them may be somebody in danger.
const PATIENCE: Duration = Duration::from_secs(4);
/// How many answers are kept before the old ones are thrown away.
const MOST_KEPT: usize = 1_000;

/// Who was an administrator when Telegram was asked last, by chat and person.
#[derive(Default)]
pub(super) struct Standings(Mutex<HashMap<(i64, i64), (Instant, bool)>>);

impl Standings {
    fn get(&self, key: (i64, i64)) -> Option<bool> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, admin) = kept.get(&key)?;
        (at.elapsed() < FRESH).then_some(*admin)
    }

    fn keep(&self, key: (i64, i64), admin: bool) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        kept.insert(key, (Instant::now(), admin));
    }
}

/// What the bot may do in a chat.
pub(super) struct Rights {
    pub(super) present: bool,
    pub(super) admin: bool,
    pub(super) can_write: bool,
}

/// What was asked, answered.
#[derive(Default)]
struct Answered {
    admin: bool,
    member: bool,
    problems: Vec<String>,
}

impl Telegram {
    /// Asks what is to be asked, all at once, and puts the answers where they belong.
    pub(super) async fn resolve(&self, seen: Vec<Seen>) -> Vec<Inbound> {
        let asks: HashSet<Ask> = seen.iter().filter_map(|seen| seen.ask).collect();
        let answers: HashMap<Ask, Answered> = join_all(
            asks.into_iter()
                .map(|ask| async move { (ask, self.answer_to(ask).await) }),
        )
        .await
        .into_iter()
        .collect();
        let fill = |seen: Seen| {
            let answer = seen.ask.and_then(|ask| answers.get(&ask));
            let mut inbound = seen.inbound?;
            if let Some(answer) = answer {
                fill_in(&mut inbound.event, answer);
                if seen.ask.is_some_and(|ask| ask.member.is_some()) && !answer.member {
                    leave_outside(&mut inbound.event);
                }
            }
            Some(inbound)
        };
        seen.into_iter().filter_map(fill).collect()
    }

    async fn answer_to(&self, ask: Ask) -> Answered {
        let admin = async {
            match ask.person {
                Some(person) => self.is_admin(ask.chat, person).await,
                None => false,
            }
        };
        let member = async {
            match ask.member {
                Some(person) => self.is_member(ask.chat, person).await,
                None => false,
            }
        };
        let problems = async {
            if ask.problems {
                self.problems(ask.chat).await
            } else {
                Vec::new()
            }
        };
        let (admin, member, problems) = tokio::join!(admin, member, problems);
        Answered {
            admin,
            member,
            problems,
        }
    }

    async fn is_admin(&self, chat: i64, person: i64) -> bool {
        if let Some(admin) = self.standings.get((chat, person)) {
            return admin;
        }
        let asked = async {
            match self.member(chat, person).await {
                Err(CallError::Trouble(_) | CallError::Unreached(_)) => {
                    self.member(chat, person).await
                }
                asked => asked,
            }
        };
        match in_time(asked).await {
            Ok(member) => {
                let admin = member.is_admin();
                self.standings.keep((chat, person), admin);
                admin
            }
            // Others wait behind this batch: they are not held up for one who can ask again.
            Err(error) => {
                tracing::warn!(
                    connector = %self.connector, %error,
                    "could not learn whether somebody is an administrator; taken for none"
                );
                false
            }
        }
    }

    /// Never remembered: who has left sees nothing any more.
    async fn is_member(&self, chat: i64, person: i64) -> bool {
        let mut asked = self.member(chat, person).await;
        if matches!(asked, Err(CallError::Trouble(_) | CallError::Unreached(_))) {
            asked = self.member(chat, person).await;
        }
        match asked {
            Ok(member) => member.is_present(),
            Err(error) => {
                tracing::warn!(
                    connector = %self.connector, %error,
                    "could not learn whether somebody is in a hub; taken for a stranger"
                );
                false
            }
        }
    }

    async fn member(&self, chat: i64, person: i64) -> Result<Member, CallError> {
        let Some(user) = ids::user(person) else {
            return Ok(Member {
                status: "left".to_owned(),
                is_member: None,
                can_send_messages: None,
            });
        };
        let chat = Spot::whole(chat).recipient();
        self.api.call(&GetChatMember::new(chat, user)).await
    }

    /// What the bot may do in a chat at this moment.
    pub(super) async fn rights(&self, chat: i64) -> Result<Rights, CallError> {
        let me = self.me().await?;
        let get_chat = GetChat::new(Spot::whole(chat).recipient());
        let (member, chat) = tokio::join!(
            self.member(chat, me.id),
            self.api.call::<_, Chat>(&get_chat)
        );
        let member = member?;
        let admin = member.is_admin();
        let all_may_write = chat?
            .permissions
            .and_then(|permissions| permissions.can_send_messages)
            .unwrap_or(true);
        Ok(Rights {
            present: member.is_present(),
            admin,
            can_write: admin || (all_may_write && member.can_send_messages.unwrap_or(true)),
        })
    }

    /// The bot as Telegram sees it at this moment: privacy mode may just have been switched.
    pub(super) async fn fresh_me(&self) -> Result<Me, CallError> {
        self.api.call(&GetMe::new()).await
    }

    /// What hinders kith in a group, in plain words with what to do.
    async fn problems(&self, chat: i64) -> Vec<String> {
        let (me, rights) = tokio::join!(in_time(self.fresh_me()), in_time(self.rights(chat)));
        let (me, rights) = match (me, rights) {
            (Ok(me), Ok(rights)) => (me, rights),
            (Err(error), _) | (_, Err(error)) => {
                return vec![format!(
                    "I could not look up what I may do here ({error}). Try again in a minute."
                )];
            }
        };
        let mut problems = Vec::new();
        if !me.can_read_all_group_messages && !rights.admin {
            problems.push(format!(
                "I can't see ordinary messages here, only commands. {}",
                privacy_remedy(&me)
            ));
        }
        if !rights.can_write {
            problems.push(
                "I may not write here. Let me send messages, or make me an administrator."
                    .to_owned(),
            );
        }
        problems
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answered) => answered,
        Err(_) => Err(CallError::Unreached("no answer in time".to_owned())),
    }
}

/// How to let the bot see messages.
pub(super) fn privacy_remedy(me: &Me) -> String {
    format!(
        "Make @{name} an administrator of the group. Or send /setprivacy to @BotFather, choose @{name} and Disable, \
         then remove @{name} from the group and add it again.",
        name = me.username
    )
}

/// Whoever is not in the hub has pressed it in private, where it is for nobody.
fn leave_outside(event: &mut Event) {
    let Event::Press(press) = event else { return };
    let private = ChannelId::new(press.by.person.id.as_str());
    press.scene = Scene {
        place: Place {
            connector: press.scene.place.connector.clone(),
            channel: private,
        },
        parent: None,
        group: None,
    };
}

fn fill_in(event: &mut Event, answer: &Answered) {
    match event {
        Event::Command(issued) => {
            issued.by.standing.admin |= answer.admin;
            issued.problems.clone_from(&answer.problems);
        }
        Event::Press(press) => press.by.standing.admin |= answer.admin,
        Event::Added { by: Some(by), .. } => by.standing.admin |= answer.admin,
        _ => {}
    }
}
