//! What only Telegram knows at the moment of an act: who is an administrator or a member, and what hinders kith in a
//! group. Asked for what takes a standing there alone, so that ordinary messages cost no call. Never remembered: whoever
//! was an administrator a minute ago may be none now.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::future::join_all;
use teloxide::payloads::{GetChat, GetChatMember, GetMe};

use super::Telegram;
use super::call::CallError;
use super::ids::{self, Spot};
use super::update::{Ask, Seen};
use super::wire::{Chat, Me, Member};
use crate::domain::ids::{ChannelId, Place};
use crate::domain::inbound::{Event, Inbound, Scene};
use crate::domain::people::{Presence, Standing};

/// How long others wait for such an answer. Among them may be somebody in danger.
const PATIENCE: Duration = Duration::from_secs(4);
/// What the bot may do in a chat.
pub(super) struct Rights {
    pub(super) present: bool,
    pub(super) admin: bool,
    pub(super) can_write: bool,
}

/// What was asked, answered.
#[derive(Default)]
struct Answered {
    /// None where Telegram doesn't say.
    member: Option<Member>,
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
                let present = answer.member.as_ref().is_some_and(Member::is_present);
                if seen.ask.is_some_and(|ask| ask.passage) && !present {
                    leave_outside(&mut inbound.event);
                }
            }
            Some(inbound)
        };
        seen.into_iter().filter_map(fill).collect()
    }

    async fn answer_to(&self, ask: Ask) -> Answered {
        let member = async {
            match ask.person {
                Some(person) => self.current_member(ask.chat, person).await,
                None => None,
            }
        };
        let problems = async {
            if ask.problems {
                self.problems(ask.chat).await
            } else {
                Vec::new()
            }
        };
        let (member, problems) = tokio::join!(member, problems);
        Answered { member, problems }
    }

    /// How somebody stands in a group now; none where Telegram doesn't say so in time.
    async fn current_member(&self, chat: i64, person: i64) -> Option<Member> {
        let asked = async {
            match self.member(chat, person).await {
                Err(CallError::Trouble(_) | CallError::Unreached(_)) => {
                    self.member(chat, person).await
                }
                asked => asked,
            }
        };
        match in_time(asked).await {
            Ok(member) => Some(member),
            // Others wait behind this batch: they are not held up for one who can ask again.
            Err(error) => {
                tracing::warn!(
                    connector = %self.connector, %error,
                    "could not learn how somebody stands in a group; taken for no administrator"
                );
                None
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
    let standing = match event {
        Event::Command(issued) => {
            issued.problems.clone_from(&answer.problems);
            &mut issued.by.standing
        }
        Event::Press(press) => &mut press.by.standing,
        Event::Added { by: Some(by), .. } => &mut by.standing,
        _ => return,
    };
    // What Telegram doesn't say changes nothing: whoever presses a button in a group was there by its word.
    if let Some(member) = &answer.member {
        stand(standing, member);
    }
}

fn stand(standing: &mut Standing, member: &Member) {
    standing.admin |= member.is_admin();
    if !member.is_present() {
        standing.presence = Presence::Outside;
    }
}
