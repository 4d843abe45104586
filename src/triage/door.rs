//! The one door: whoever presses, types a command or sends a form is checked here, at that moment, against the table of
//! rights. Whoever may not hears so in words that tell nothing of what is there, and the refusal is recorded.

use crate::domain::action::Action;
use crate::domain::code::CaseCode;
use crate::domain::command::Command;
use crate::domain::concern::Concern;
use crate::domain::decision::{Change, PersonKey};
use crate::domain::ids::{ConcernId, MatchId, OfferId};
use crate::domain::inbound::{AnswerToken, Scene};
use crate::domain::lately::{Counted, Mark};
use crate::domain::offer::Offer;
use crate::domain::people::{Actor, Person, Presence};
use crate::domain::permission::{FORGED, Refused, Right, Role};
use crate::domain::report::Subject;
use crate::domain::settings::ChannelRole;
use crate::domain::speech::{Needed, Slow, Speech};

use super::deciding::{Asker, Deciding, same_person};
use super::{route, wants};

/// So many codes may lead nowhere within an hour. There are 594,823,321 codes.
const WRONG_CODES: usize = 10;
/// So many refusals of one person are recorded within an hour; more of them say nothing new.
const REFUSALS: usize = 20;

/// That somebody may, or what they hear otherwise.
type Checked = Result<(), Box<Speech>>;

/// What an act is about.
#[derive(Debug)]
pub enum About<'a> {
    /// Nothing that belongs to anybody else.
    Nothing,
    /// A record that a button names.
    Subject(Subject),
    /// A match.
    Match(&'a MatchId),
    /// What has these codes.
    Codes(Vec<&'a CaseCode>),
}

impl<'a> About<'a> {
    /// What a button or a form is about. Of two records that it names, the first is what something is done to.
    pub fn of_action(action: &'a Action) -> Self {
        if let Some(id) = wants::match_of(action) {
            return Self::Match(id);
        }
        let first = wants::subjects(action).into_iter().next();
        first.map_or(Self::Nothing, Self::Subject)
    }

    /// What a command is about.
    pub fn of_command(command: &'a Command) -> Self {
        let codes = wants::codes(command);
        if codes.is_empty() {
            Self::Nothing
        } else {
            Self::Codes(codes)
        }
    }
}

impl Asker {
    /// Somebody who pressed, typed a command or sent a form.
    pub fn new(by: &Actor, scene: &Scene, token: Option<&AnswerToken>) -> Self {
        Self {
            person: by.person.clone(),
            standing: by.standing.clone(),
            scene: scene.clone(),
            message: None,
            token: token.cloned(),
        }
    }

    fn key(&self) -> PersonKey {
        (self.person.connector.clone(), self.person.id.clone())
    }
}

impl Deciding<'_> {
    /// Whether somebody may do it now. Otherwise they hear that they may not, it is recorded, and nothing else happens.
    pub fn lets(&mut self, asker: &Asker, right: Right, about: &About<'_>) -> bool {
        let Err(speech) = self.check(asker, right, about) else {
            return true;
        };
        let speech = *speech;
        if matches!(speech, Speech::NoSuchCode { .. }) {
            self.count(Counted::WrongCodes(asker.key()));
        }
        let about = self.known(about);
        let takes = Some(right.takes().as_str().to_owned());
        self.refuse(asker, (right.as_str(), takes, about), speech);
        false
    }

    /// Refuses what is none of kith's buttons or forms. Buttons of an older kith end here too.
    pub fn refuse_forged(&mut self, asker: &Asker) {
        self.refuse(asker, (FORGED, None, None), Speech::ButtonGone);
    }

    fn refuse(
        &mut self,
        asker: &Asker,
        (what, takes, about): (&str, Option<String>, Option<Subject>),
        speech: Speech,
    ) {
        let counted = Counted::Refused(asker.key());
        if self.how_often(&counted) < REFUSALS {
            let refused = Refused {
                at: self.now,
                by: asker.key(),
                place: asker.scene.place.clone(),
                what: what.to_owned(),
                takes,
                about,
            };
            let change = Change::Refused(Box::new(refused));
            self.decision.changes.push(change);
        }
        self.count(counted);
        self.answer(asker, speech);
    }

    /// Counts one more.
    pub fn count(&mut self, what: Counted) {
        let at = self.now;
        self.decision
            .changes
            .push(Change::Counted(Mark { what, at }));
    }

    /// How often it happened lately, this decision included.
    pub fn how_often(&self, what: &Counted) -> usize {
        let fresh = self.decision.changes.iter();
        let fresh =
            fresh.filter(|change| matches!(change, Change::Counted(mark) if mark.what == *what));
        self.snapshot.lately.count(what, self.now) + fresh.count()
    }

    fn check(&self, asker: &Asker, right: Right, about: &About<'_>) -> Checked {
        if let About::Codes(_) = about {
            self.check_guesses(asker)?;
        }
        match right.takes() {
            Role::Anyone => Ok(()),
            Role::Writer => self.check_writer(asker, about),
            Role::Matched => self.check_matched(asker, about),
            Role::Staff => {
                self.check_team(asker, (ChannelRole::Hub, Needed::Staff))?;
                self.check_seen_by_staff(asker, about)
            }
            Role::Lead => {
                self.check_team(asker, (ChannelRole::Safeguarding, Needed::Lead))?;
                self.check_seen_by_lead(asker, about, right == Right::FindAdult)
            }
            Role::Moderator => check(self.is_moderator(asker), not_for(Needed::Moderator)),
            Role::Owner => {
                check(asker.standing.admin, not_for(Needed::Moderator))?;
                check_presence(asker, Needed::Moderator)
            }
        }
    }

    /// Whoever guessed too often is told to wait, whether the next guess is right or not.
    fn check_guesses(&self, asker: &Asker) -> Checked {
        let wrong = self.how_often(&Counted::WrongCodes(asker.key()));
        let why = Slow::Codes;
        check(wrong < WRONG_CODES, || Speech::Slow { why })
    }

    /// What is not there is answered like what is another's.
    fn check_writer(&self, asker: &Asker, about: &About<'_>) -> Checked {
        let is_own = |of: &Subject| {
            let writer = self.writer(of);
            writer.is_some_and(|writer| same_person(&writer, &asker.person))
        };
        match about {
            About::Subject(of) => check(is_own(of), || Speech::OnlyTheWriter),
            About::Codes(codes) => self.check_codes(codes, is_own),
            About::Nothing | About::Match(_) => Err(Box::new(Speech::OnlyTheWriter)),
        }
    }

    fn writer(&self, of: &Subject) -> Option<Person> {
        match of {
            Subject::Case(id) => self.case(id).map(|case| case.resident),
            Subject::Offer(id) => self.offer(id).map(|offer| offer.neighbour),
            Subject::Concern(id) => self.concern(id).map(|concern| concern.person),
        }
    }

    fn check_matched(&self, asker: &Asker, about: &About<'_>) -> Checked {
        let About::Match(id) = about else {
            return Err(Box::new(Speech::ButtonGone));
        };
        let is_one = self.found(id).is_some_and(|found| {
            same_person(&found.neighbour, &asker.person)
                || same_person(&found.resident, &asker.person)
        });
        check(is_one, || Speech::ButtonGone)
    }

    /// Whether the asker acts in a channel of this role, in their own name, and is there by the platform's word.
    fn check_team(&self, asker: &Asker, (role, who): (ChannelRole, Needed)) -> Checked {
        check(self.role_of(asker) == Some(role), not_for(who))?;
        check_presence(asker, who)
    }

    /// A case of another area is answered like one that does not exist.
    fn check_seen_by_staff(&self, asker: &Asker, about: &About<'_>) -> Checked {
        let seen = |of: &Subject| match of {
            Subject::Case(id) => self.may_see(asker, id),
            Subject::Offer(_) | Subject::Concern(_) => false,
        };
        match about {
            About::Nothing => Ok(()),
            About::Subject(of) => check(seen(of), || Speech::ButtonGone),
            About::Codes(codes) => self.check_codes(codes, seen),
            About::Match(_) => Err(Box::new(Speech::ButtonGone)),
        }
    }

    /// The same for what leads see: concerns and offers, and cases in one matter alone.
    fn check_seen_by_lead(&self, asker: &Asker, about: &About<'_>, of_a_case: bool) -> Checked {
        let seen = |of: &Subject| match of {
            Subject::Concern(id) => !of_a_case && self.concern_seen(asker, id).is_some(),
            Subject::Offer(id) => !of_a_case && self.offer_seen(asker, id).is_some(),
            Subject::Case(id) => of_a_case && self.may_see(asker, id),
        };
        match about {
            About::Nothing => Ok(()),
            About::Subject(of) => check(seen(of), || Speech::ButtonGone),
            About::Codes(codes) => self.check_codes(codes, seen),
            About::Match(_) => Err(Box::new(Speech::ButtonGone)),
        }
    }

    fn check_codes(&self, codes: &[&CaseCode], seen: impl Fn(&Subject) -> bool) -> Checked {
        for code in codes {
            let found = self.snapshot.by_code(code);
            let code = (*code).clone();
            check(found.as_ref().is_some_and(&seen), || Speech::NoSuchCode {
                code,
            })?;
        }
        Ok(())
    }

    /// An offer, where the channel of the asker sees it.
    pub fn offer_seen(&self, asker: &Asker, id: &OfferId) -> Option<Offer> {
        let area = self.hub_area(asker)?;
        self.offer(id).filter(|offer| offer.area.meets(&area))
    }

    /// A concern, where the channel of the asker sees it or has its card.
    pub fn concern_seen(&self, asker: &Asker, id: &ConcernId) -> Option<Concern> {
        let area = self.hub_area(asker)?;
        self.concern(id).filter(|concern| {
            concern.area.meets(&area) || self.has_post(asker, &Subject::Concern(id.clone()))
        })
    }

    /// Whether kith shows a record where the asker is.
    pub fn has_post(&self, asker: &Asker, of: &Subject) -> bool {
        let mut posts = self.snapshot.posts.get(of).into_iter().flatten();
        posts.any(|post| post.place == asker.scene.place)
    }

    pub fn role_of(&self, asker: &Asker) -> Option<ChannelRole> {
        route::channel_of(&self.snapshot.channels, &asker.scene).map(|channel| channel.role)
    }

    /// The record that an act is about, where there is one: what is made up is not kept.
    fn known(&self, about: &About<'_>) -> Option<Subject> {
        match about {
            About::Subject(of) => self.writer(of).map(|_| of.clone()),
            About::Codes(codes) => codes.iter().find_map(|code| self.snapshot.by_code(code)),
            About::Match(id) => self.found(id).map(|found| Subject::Case(found.case)),
            About::Nothing => None,
        }
    }
}

/// In somebody's own name and within the group, as far as the platform says.
fn check_presence(asker: &Asker, who: Needed) -> Checked {
    match asker.standing.presence {
        Presence::Present => Ok(()),
        Presence::Faceless => Err(Box::new(not_for(Needed::Named)())),
        Presence::Outside => Err(Box::new(not_for(who)())),
    }
}

fn check(holds: bool, otherwise: impl FnOnce() -> Speech) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(Box::new(otherwise()))
    }
}

fn not_for(who: Needed) -> impl FnOnce() -> Speech {
    move || Speech::NotForYou { who }
}
