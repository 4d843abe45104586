//! Hands and eyes for conversations on Telegram: what everybody there does again and again.

use std::ops::Deref;

use kith::config::Pace;
use kith::demo::{Cast, PATIENCE, Town, code_in};
use kith::domain::case::Case;
use kith::domain::code::CaseCode;
use kith::domain::report::Subject;
use kith::sim::telegram::{ChatId, PersonId, SeenMessage, ShownAnswer, TelegramSim};

/// A need that reads as a request.
pub const NEED: &str = "Could anyone pick up my prescription from Boots today please? I can't get out with my leg, ME7 1AB";
/// Another need, of another kind.
pub const LIFT: &str = "Does anyone have a car? I need a lift to the hospital tomorrow, ME8";
/// Words that read as an offer.
pub const OFFER: &str = "I've got a car and I'm free tomorrow, happy to give anyone a lift to the hospital or the shops";
/// Words of somebody in danger.
pub const DANGER: &str = "I can't do this any more. I want to end my life";
/// What somebody presses to take a case for the first time.
pub const UNDERSTOOD: &str = "I understand, I'll take it";

/// A town where kith may speak as fast as it likes.
pub async fn town() -> Town {
    let town = quiet_town().await;
    town.start_kith().await.expect("kith starts");
    town
}

/// The same, before kith starts.
pub async fn quiet_town() -> Town {
    let mut town = Town::prepare().await.expect("a town");
    town.config_mut().telegram.pace = Some(Pace {
        overall_a_second: 1_000,
        channel_a_minute: 60_000,
        direct_a_second: 1_000,
    });
    town
}

/// The cast, with what they do on Telegram.
pub struct Play<'t>(pub Cast<'t>);

impl<'t> Deref for Play<'t> {
    type Target = Cast<'t>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'t> Play<'t> {
    /// Everybody moves in.
    pub async fn begin(town: &'t Town) -> Self {
        Self(Cast::move_in(town).await.expect("everybody moves in"))
    }

    pub fn telegram(&self) -> &'t TelegramSim {
        &self.town.telegram
    }

    /// The newest message of kith's that fits.
    pub async fn sees(
        &self,
        chat: impl Into<ChatId>,
        what: &str,
        fits: impl Fn(&SeenMessage) -> bool,
    ) -> SeenMessage {
        self.hears(chat, what, fits)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The newest message of kith's with these words in it.
    pub async fn sees_words(&self, chat: impl Into<ChatId>, words: &str) -> SeenMessage {
        self.sees(chat, words, |message| message.text.contains(words))
            .await
    }

    /// kith's answer to a message.
    pub async fn sees_answer(&self, chat: impl Into<ChatId>, said: i64) -> SeenMessage {
        self.sees(chat, "an answer", |message| message.reply_to == Some(said))
            .await
    }

    /// The answer to something written in private: the next message there.
    pub async fn sees_next(&self, chat: impl Into<ChatId>, after: i64, words: &str) -> SeenMessage {
        self.sees(chat, words, |message| {
            message.id > after && message.text.contains(words)
        })
        .await
    }

    /// Writes in private and waits for what comes next there.
    pub async fn writes(&self, person: PersonId, text: &str, words: &str) -> SeenMessage {
        let said = self.telegram().say_privately(person, text);
        self.sees_next(person, said, words).await
    }

    /// Presses a button and waits for what the platform shows for it.
    pub async fn press(
        &self,
        person: PersonId,
        (chat, message): (ChatId, &SeenMessage),
        label: &str,
    ) -> ShownAnswer {
        let press = self
            .telegram()
            .press(person, chat, message.id, label)
            .unwrap_or_else(|error| panic!("{error}"));
        self.telegram()
            .wait_for(label, PATIENCE, |view| view.answer(&press))
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Presses a button in private and waits for what comes next there.
    pub async fn taps(
        &self,
        person: PersonId,
        message: &SeenMessage,
        (label, words): (&str, &str),
    ) -> SeenMessage {
        let last = self.last(person);
        self.press(person, (person.into(), message), label).await;
        self.sees_next(person, last, words).await
    }

    /// Opens the private chat by a button.
    pub async fn follows(
        &self,
        person: PersonId,
        (chat, message): (ChatId, &SeenMessage),
        (label, words): (&str, &str),
    ) -> SeenMessage {
        let said = self
            .telegram()
            .follow(person, chat, message.id, label)
            .unwrap_or_else(|error| panic!("{error}"));
        self.sees_next(person, said, words).await
    }

    /// Opens the private chat by the link that a press gave.
    pub async fn opens(&self, person: PersonId, shown: &ShownAnswer, words: &str) -> SeenMessage {
        let link = shown.url.as_deref().expect("a link into the private chat");
        let said = self
            .telegram()
            .open_link(person, link)
            .unwrap_or_else(|error| panic!("{error}"));
        self.sees_next(person, said, words).await
    }

    /// The number of the last message in a chat.
    pub fn last(&self, chat: impl Into<ChatId>) -> i64 {
        let last = self.telegram().messages(chat).last().map(|last| last.id);
        last.unwrap_or_default()
    }

    /// A person opens the private chat, so that kith can write to them.
    pub async fn befriends(&self, person: PersonId) {
        let said = self
            .telegram()
            .start_bot(person, None)
            .expect("a private chat");
        self.sees_next(person, said, "Hello! I'm kith").await;
    }

    /// A moderator sets a channel up by words.
    pub async fn sets_up(&self, chat: ChatId, words: &str) -> SeenMessage {
        let founder = self.telegram().founder(chat);
        let said = self
            .telegram()
            .say(chat, founder, &format!("/kith setup {words}"));
        self.sees_answer(chat, said).await
    }

    /// Somebody asks in the street and says yes; gives their message, kith's answer and the code.
    pub async fn asks(&self, person: PersonId, text: &str) -> (i64, SeenMessage, String) {
        let street = self.riverside.street;
        let said = self.telegram().say(street, person, text);
        let ask = self.sees_answer(street, said).await;
        let yes = ask.labels()[0].to_owned();
        self.press(person, (street, &ask), &yes).await;
        let done = self
            .sees(street, "a code", |m| {
                m.id == ask.id && code_in(&m.text).is_some()
            })
            .await;
        let code = code_in(&done.text).expect("a code");
        (said, done, code)
    }

    /// The card of a case in a hub on Telegram, as it is once it fits.
    pub async fn card(&self, code: &str, words: &str) -> SeenMessage {
        self.sees(
            self.riverside.hub,
            &format!("{words} on the card {code}"),
            |m| m.reply_to.is_none() && m.text.starts_with(code) && m.text.contains(words),
        )
        .await
    }

    /// Staff take a case, reading the rules first where they are shown.
    pub async fn claims(&self, person: PersonId, code: &str) -> SeenMessage {
        let hub = self.riverside.hub;
        let card = self
            .sees(hub, "a card to claim", |m| {
                m.text.starts_with(code) && m.button("Claim").is_some()
            })
            .await;
        self.press(person, (hub, &card), "Claim").await;
        let rules = self
            .sees(hub, "the rules", |m| {
                m.reply_to == Some(card.id) && m.button(UNDERSTOOD).is_some()
            })
            .await;
        self.press(person, (hub, &rules), UNDERSTOOD).await;
        self.card(code, "has it since").await
    }

    /// A command in the hub, and kith's answer to it.
    pub async fn commands(&self, person: PersonId, text: &str) -> SeenMessage {
        let hub = self.riverside.hub;
        let said = self.telegram().say(hub, person, text);
        self.sees_answer(hub, said).await
    }

    /// A case as it is on disk.
    pub async fn case(&self, code: &str) -> Case {
        let store = self.town.store().await.expect("the database");
        let code = CaseCode::parse(code).expect("a code");
        let case = store.case_by_code(&code).await.expect("a readable case");
        store.close().await;
        case.expect("a case")
    }

    /// What happened to a case, in order, and who did it.
    pub async fn history(&self, code: &str) -> Vec<(String, String)> {
        let case = self.case(code).await;
        let store = self.town.store().await.expect("the database");
        let events = store.events(&Subject::Case(case.id)).await;
        store.close().await;
        let by = |by: Option<kith::domain::people::Person>| {
            by.map(|person| person.name.reveal().clone())
                .unwrap_or_default()
        };
        events
            .expect("readable events")
            .into_iter()
            .map(|event| (event.what, by(event.by)))
            .collect()
    }

    /// How many messages of kith's in a chat have these words in them.
    pub fn said(&self, chat: impl Into<ChatId>, words: &str) -> usize {
        let messages = self.telegram().view(|view| view.bot_messages_in(chat));
        messages
            .iter()
            .filter(|message| message.text.contains(words))
            .count()
    }

    /// Waits until everything that was promised so far is done.
    pub async fn settles(&self) {
        self.telegram()
            .wait_until(|view| view.pending_updates() == 0, PATIENCE)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        self.town.settle().await.expect("nothing left to send");
    }
}

impl Play<'_> {
    /// A command in the hub whose answer comes in private.
    pub async fn commands_quietly(&self, person: PersonId, text: &str) {
        let last = self.last(person);
        self.telegram().say(self.riverside.hub, person, text);
        self.sees_next(person, last, "").await;
    }
}
