//! A view of the queue on a button, in few signs of `A-Za-z0-9_-`.

use super::{HubState, QueueFilter, QueueFrom, QueueKey, QueueOrder, QueueView};
use crate::domain::clock::Timestamp;
use crate::domain::ids::CaseId;
use crate::domain::priority::Priority;
use crate::domain::reading::Category;

/// Numbers on a button are written with these digits.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE: u32 = 36;

impl QueueView {
    /// The view in at most 58 signs: five of the filter, then category, outcode and page, each after an underscore.
    pub fn encode(&self) -> String {
        let QueueFilter {
            state,
            mine,
            priority,
            category,
            outcode,
            stale,
        } = &self.filter;
        let order = first(self.order.as_str());
        let state = state.map_or('-', |state| first(state.as_str()));
        let mine = if *mine { 'm' } else { '-' };
        let stale = if *stale { 's' } else { '-' };
        let priority = priority.map_or('-', |priority| last(priority.as_str()));
        let category = category.map_or("", Category::as_str);
        let outcode = outcode.as_deref().unwrap_or_default();
        let from = match &self.from {
            QueueFrom::Start => String::new(),
            QueueFrom::Page(number) => format!("p{number}"),
            QueueFrom::After(key) => format!("a{}", key.encode()),
            QueueFrom::Before(key) => format!("b{}", key.encode()),
        };
        format!("{order}{state}{mine}{stale}{priority}_{category}_{outcode}_{from}")
    }

    /// The view that [`QueueView::encode`] gives; none where it is not one.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '_');
        let mut flags = parts.next()?.chars();
        let mut flag = || flags.next();
        let order = by_sign(QueueOrder::ALL, flag()?, |order| first(order.as_str())).ok()??;
        let state = by_sign(HubState::ALL, flag()?, |state| first(state.as_str())).ok()?;
        let mine = set(flag()?, 'm')?;
        let stale = set(flag()?, 's')?;
        let priority = by_sign(Priority::ALL, flag()?, |priority| last(priority.as_str())).ok()?;
        let category = match parts.next()? {
            "" => None,
            word => Some(Category::from_word(word)?),
        };
        let outcode = Some(parts.next()?.to_owned()).filter(|code| !code.is_empty());
        let from = parts.next()?;
        let rest = from.get(1..).unwrap_or_default();
        let from = match from.chars().next() {
            None => QueueFrom::Start,
            Some('p') => QueueFrom::Page(rest.parse().ok()?),
            Some('a') => QueueFrom::After(QueueKey::decode(rest)?),
            Some('b') => QueueFrom::Before(QueueKey::decode(rest)?),
            Some(_) => return None,
        };
        Some(Self {
            filter: QueueFilter {
                state,
                mine,
                priority,
                category,
                outcode,
                stale,
            },
            order,
            from,
        })
    }
}

impl QueueKey {
    /// The place in few signs: rank, moment and case.
    pub fn encode(&self) -> String {
        let rank = number(self.rank.into());
        let at = number(self.at.as_millis().cast_unsigned());
        format!("{rank}{at}-{}", self.id)
    }

    /// The place that [`QueueKey::encode`] gives; none where it is not one.
    pub fn decode(text: &str) -> Option<Self> {
        let (numbers, id) = text.split_once('-')?;
        let rank = numbers.chars().next()?.to_digit(BASE)?;
        let at = u64::from_str_radix(numbers.get(1..)?, BASE).ok()?;
        (!id.is_empty()).then(|| Self {
            rank: u8::try_from(rank).unwrap_or(u8::MAX),
            at: Timestamp::from_millis(at.cast_signed()),
            id: CaseId::new(id),
        })
    }
}

fn first(word: &str) -> char {
    word.chars().next().unwrap_or('-')
}

fn last(word: &str) -> char {
    word.chars().last().unwrap_or('-')
}

/// A sign that no button has.
struct Strange;

/// The value whose sign this is; none where the sign is a hyphen.
fn by_sign<T: Copy>(all: &[T], sign: char, sign_of: fn(T) -> char) -> Result<Option<T>, Strange> {
    let found = all.iter().copied().find(|value| sign_of(*value) == sign);
    if found.is_none() && sign != '-' {
        return Err(Strange);
    }
    Ok(found)
}

fn set(sign: char, wanted: char) -> Option<bool> {
    (sign == wanted || sign == '-').then_some(sign == wanted)
}

fn number(mut value: u64) -> String {
    let base = u64::from(BASE);
    let mut digits = Vec::new();
    loop {
        let digit = usize::try_from(value % base).unwrap_or_default();
        digits.push(char::from(DIGITS[digit]));
        value /= base;
        if value == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::domain::action::Action;
    use crate::domain::queue::LAST_PAGE;

    fn key() -> impl Strategy<Value = QueueKey> {
        let moment = prop_oneof![0..4_000_000_000_000_i64, any::<i64>()];
        (0..16_u8, moment, "[a-z0-9]{16}").prop_map(|(rank, at, id)| QueueKey {
            rank,
            at: Timestamp::from_millis(at),
            id: CaseId::new(id),
        })
    }

    fn view() -> impl Strategy<Value = QueueView> {
        let from = prop_oneof![
            Just(QueueFrom::Start),
            (2..=LAST_PAGE).prop_map(QueueFrom::Page),
            key().prop_map(QueueFrom::After),
            key().prop_map(QueueFrom::Before),
        ];
        let filter = (
            option::of(select(HubState::ALL)),
            any::<bool>(),
            option::of(select(Priority::ALL)),
            option::of(select(Category::ALL)),
            option::of("[A-Z]{1,2}[0-9][A-Z0-9]?"),
            any::<bool>(),
        );
        let filter =
            filter.prop_map(
                |(state, mine, priority, category, outcode, stale)| QueueFilter {
                    state,
                    mine,
                    priority,
                    category,
                    outcode,
                    stale,
                },
            );
        (filter, select(QueueOrder::ALL), from).prop_map(|(filter, order, from)| QueueView {
            filter,
            order,
            from,
        })
    }

    proptest! {
        #[test]
        fn every_view_reads_back_and_fits_on_a_button(view in view()) {
            let text = Action::Queue(Box::new(view.clone())).encode();
            prop_assert!(text.len() <= 64, "{text} is too long");
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{text}");
            prop_assert_eq!(Action::decode(&text), Some(Action::Queue(Box::new(view))));
        }

        #[test]
        fn what_is_no_view_is_none_and_no_panic(text in "\\PC{0,40}|[uo][-ocr][-m][-s][-1-9]_[a-z]{0,4}_[A-Z0-9]{0,4}_[pabx]?[a-z0-9-]{0,9}") {
            if let Some(view) = QueueView::decode(&text) {
                prop_assert_eq!(QueueView::decode(&view.encode()), Some(view));
            }
        }
    }
}
