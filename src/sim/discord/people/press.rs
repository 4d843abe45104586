//! People using what the bot offers: buttons, menus and forms.

use serde_json::{Value, json};

use super::{Impossible, What};
use crate::sim::discord::DiscordSim;
use crate::sim::discord::permissions::VIEW_CHANNEL;
use crate::sim::discord::world::{Deed, FirstAnswer, Interaction, World};

/// What a person has set off, to look up the answer by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionHandle {
    /// The interaction's id.
    pub id: u64,
    /// Its token.
    pub token: String,
}

impl DiscordSim {
    /// A person presses the button with this label (or custom id) under a message: in a
    /// channel, in a direct message or under an ephemeral answer of theirs.
    pub fn press(
        &self,
        person: u64,
        channel: u64,
        message: u64,
        label: &str,
    ) -> Result<InteractionHandle, Impossible> {
        self.shared.with(|world| {
            let button = world.find_component(person, (channel, message), label)?;
            if button["type"] != 2 || button["style"] == 5 || button["disabled"] == true {
                return Err(Impossible::new(
                    format!("a button {label:?} that can be pressed"),
                    button.to_string(),
                ));
            }
            let data = json!({
                "id": button["id"],
                "custom_id": button["custom_id"],
                "component_type": 2,
            });
            world.tell(What::Pressed, (channel, person), &shown_label(&button));
            Ok(world.interact(person, channel, (Deed::Component { message }, data)))
        })
    }

    /// An app of somebody's own making presses a button that was never under this message.
    pub fn press_forged(
        &self,
        person: u64,
        (channel, message): (u64, u64),
        custom_id: &str,
    ) -> InteractionHandle {
        self.shared.with(|world| {
            let data = json!({ "id": 1, "custom_id": custom_id, "component_type": 2 });
            world.interact(person, channel, (Deed::Component { message }, data))
        })
    }

    /// The same with a form that was never opened before this person.
    pub fn submit_forged(
        &self,
        person: u64,
        channel: u64,
        form: (&str, Value),
    ) -> InteractionHandle {
        self.shared.with(|world| {
            let data = json!({ "custom_id": form.0, "components": form.1 });
            world.interact(person, channel, (Deed::Modal { message: None }, data))
        })
    }

    /// A person chooses from the menu with this custom id; options by label or value.
    pub fn select(
        &self,
        person: u64,
        (channel, message): (u64, u64),
        custom_id: &str,
        chosen: &[&str],
    ) -> Result<InteractionHandle, Impossible> {
        self.shared.with(|world| {
            let menu = world.find_component(person, (channel, message), custom_id)?;
            let options = menu["options"].as_array().cloned().unwrap_or_default();
            let mut values = Vec::new();
            for choice in chosen {
                let option = options
                    .iter()
                    .find(|option| option["label"] == *choice || option["value"] == *choice);
                let option = option.ok_or_else(|| {
                    Impossible::new(
                        format!("an option {choice:?}"),
                        Value::from(options.clone()).to_string(),
                    )
                })?;
                values.push(option["value"].clone());
            }
            let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
            let least = menu["min_values"].as_u64().unwrap_or(1);
            let most = menu["max_values"].as_u64().unwrap_or(1);
            if !(least..=most).contains(&count) || menu["disabled"] == true {
                return Err(Impossible::new(
                    format!("{least} to {most} options of an open menu"),
                    format!("{count} options"),
                ));
            }
            let data = json!({
                "id": menu["id"],
                "custom_id": custom_id,
                "component_type": menu["type"],
                "values": values,
            });
            world.tell(What::Pressed, (channel, person), &chosen.join(", "));
            Ok(world.interact(person, channel, (Deed::Component { message }, data)))
        })
    }

    /// A person fills in the form that answers `interaction` and sends it. Fields go by label
    /// or custom id; the others keep what is in them.
    pub fn submit_modal(
        &self,
        person: u64,
        interaction: u64,
        filled: &[(&str, &str)],
    ) -> Result<InteractionHandle, Impossible> {
        self.shared
            .with(|world| world.submit_modal(person, interaction, filled))
    }

    /// A person closes a form without sending it: the bot hears nothing.
    pub fn dismiss_modal(&self, interaction: u64) {
        self.shared.with(|world| {
            if let Some(found) = world.interactions.get_mut(&interaction) {
                found.modal_closed = true;
            }
        });
    }
}

impl World {
    /// Makes an interaction and tells every session.
    pub(super) fn interact(
        &mut self,
        person: u64,
        channel: u64,
        (deed, data): (Deed, Value),
    ) -> InteractionHandle {
        self.interact_after(None, (person, channel), (deed, data))
    }

    fn interact_after(
        &mut self,
        triggered_by: Option<u64>,
        (person, channel): (u64, u64),
        (deed, data): (Deed, Value),
    ) -> InteractionHandle {
        let id = self.clock.next_id();
        let token = format!("simulated-{id}-{:x}", id.rotate_left(23) ^ self.bot);
        let interaction = Interaction {
            id,
            token: token.clone(),
            deed,
            person,
            channel,
            created: self.clock.now(),
            triggered_by,
            answer: None,
            original: None,
            follow_ups: Vec::new(),
            modal_closed: false,
        };
        let event = self.interaction_object(&interaction, &data);
        self.interactions.insert(id, interaction);
        let scene = self.interaction_scene(channel);
        self.dispatch("INTERACTION_CREATE", scene, |_, _| event.clone());
        InteractionHandle { id, token }
    }

    /// A component by label or custom id, under a message that the person can see.
    fn find_component(
        &self,
        person: u64,
        (channel, message): (u64, u64),
        wanted: &str,
    ) -> Result<Value, Impossible> {
        let found = self.find_message(channel, message)?;
        let sees = match found.only_for {
            Some(only) => only == person,
            None => self
                .channels
                .get(&channel)
                .is_some_and(|place| self.permissions(place, person) & VIEW_CHANNEL != 0),
        };
        if !sees {
            return Err(Impossible::new(
                format!("a message that {} can see", self.name_of(person)),
                "one that they can't",
            ));
        }
        let all = || {
            let rows = found.components.iter();
            rows.filter_map(|row| row["components"].as_array())
                .flatten()
        };
        let component = all()
            .find(|it| it["label"] == wanted)
            .or_else(|| all().find(|it| it["custom_id"] == wanted));
        component.cloned().ok_or_else(|| {
            let there: Vec<String> = all().map(shown_label).collect();
            Impossible::new(
                format!("{wanted:?} under message {message}"),
                format!("{there:?}"),
            )
        })
    }

    fn submit_modal(
        &mut self,
        person: u64,
        interaction: u64,
        filled: &[(&str, &str)],
    ) -> Result<InteractionHandle, Impossible> {
        let open = self
            .interactions
            .get(&interaction)
            .filter(|it| it.person == person && !it.modal_closed)
            .ok_or_else(|| {
                Impossible::new("a form that is open before this person", "no such form")
            })?;
        let Some(FirstAnswer::Modal(modal)) = &open.answer else {
            return Err(Impossible::new("a form as the answer", "another answer"));
        };
        let (modal, channel, source) = (modal.clone(), open.channel, open.source());
        let mut used = Vec::new();
        let mut parts = Vec::new();
        for (index, part) in modal["components"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            parts.push(fill_part(part, index, (filled, &mut used))?);
        }
        if let Some((unknown, _)) = filled.iter().find(|(name, _)| !used.contains(name)) {
            return Err(Impossible::new(
                format!("a field {unknown:?} in the form"),
                modal["components"].to_string(),
            ));
        }
        let data = json!({ "custom_id": modal["custom_id"], "components": parts });
        if let Some(found) = self.interactions.get_mut(&interaction) {
            found.modal_closed = true;
        }
        let told: Vec<String> = filled
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        self.tell(What::FormSent, (channel, person), &told.join("\n"));
        let deed = Deed::Modal { message: source };
        Ok(self.interact_after(Some(interaction), (person, channel), (deed, data)))
    }
}

fn shown_label(component: &Value) -> String {
    let label = component["label"].as_str();
    label
        .or(component["custom_id"].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// One part of a sent form: a row with a text input, or a label around one component.
fn fill_part<'a>(
    part: &Value,
    index: usize,
    (filled, used): (&[(&'a str, &str)], &mut Vec<&'a str>),
) -> Result<Value, Impossible> {
    let row_id = index * 2 + 1;
    let (input, label) = match part["type"].as_u64() {
        Some(18) => (&part["component"], &part["label"]),
        Some(10) => return Ok(json!({ "type": 10, "id": row_id })),
        _ => (&part["components"][0], &part["components"][0]["label"]),
    };
    let given = filled
        .iter()
        .find(|(name, _)| *label == *name || input["custom_id"] == *name);
    let value = match given {
        Some((name, value)) => {
            used.push(name);
            *value
        }
        None => input["value"].as_str().unwrap_or_default(),
    };
    check_field(input, label, value)?;
    let mut answer = json!({
        "type": input["type"],
        "id": row_id + 1,
        "custom_id": input["custom_id"],
    });
    if input["type"] == 3 {
        answer["values"] = if value.is_empty() {
            json!([])
        } else {
            json!([value])
        };
    } else {
        answer["value"] = json!(value);
    }
    Ok(if part["type"] == 18 {
        json!({ "type": 18, "id": row_id, "component": answer })
    } else {
        json!({ "type": 1, "id": row_id, "components": [answer] })
    })
}

/// The window doesn't send a form whose fields are too short, too long or missing.
fn check_field(input: &Value, label: &Value, value: &str) -> Result<(), Impossible> {
    let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
    let required = input["required"].as_bool().unwrap_or(true);
    let least = input["min_length"].as_u64().unwrap_or(0);
    let most = input["max_length"].as_u64().unwrap_or(4000);
    let wanted = if required { least.max(1) } else { least };
    let short = length < wanted && (required || length > 0);
    let chosen = input["options"].as_array().is_none_or(|options| {
        value.is_empty() || options.iter().any(|option| option["value"] == value)
    });
    if short || length > most || !chosen {
        return Err(Impossible::new(
            format!("{label}: {wanted} to {most} characters, or one of its options"),
            format!("{value:?}"),
        ));
    }
    Ok(())
}
