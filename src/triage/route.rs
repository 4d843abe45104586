//! Which channels see what: settings and areas, nothing else.

use std::collections::HashMap;

use crate::domain::decision::Snapshot;
use crate::domain::ids::Place;
use crate::domain::inbound::Scene;
use crate::domain::settings::{Area, Channel, ChannelRole};

/// The settings that hold in a scene: the channel's own, else those of the channel it hangs under.
pub fn channel_of<'c>(channels: &'c HashMap<Place, Channel>, scene: &Scene) -> Option<&'c Channel> {
    channels.get(&scene.place).or_else(|| {
        let parent = scene.parent.clone()?;
        channels.get(&Place {
            connector: scene.place.connector.clone(),
            channel: parent,
        })
    })
}

/// The channels of a role whose area meets this one, in a stable order.
pub fn channels_for(snapshot: &Snapshot, role: ChannelRole, area: &Area) -> Vec<Place> {
    let mut places: Vec<_> = snapshot
        .channels
        .values()
        .filter(|channel| channel.role == role && channel.area.meets(area))
        .map(|channel| channel.place.clone())
        .collect();
    places.sort();
    places
}

/// The area of an outcode that a hub names as its own.
pub fn named_area(snapshot: &Snapshot, outcode: Option<&str>) -> Option<Area> {
    let code = outcode?;
    let is_named = snapshot.channels.values().any(|hub| {
        hub.role == ChannelRole::Hub && hub.area.outcodes().iter().any(|own| own == code)
    });
    is_named.then(|| Area::new([code.to_owned()]))
}

/// Where a telling belongs: to its own outcode where a hub names that one, else to the area of its channel.
pub fn area_for(snapshot: &Snapshot, channel: Option<&Channel>, outcode: Option<&str>) -> Area {
    named_area(snapshot, outcode)
        .or_else(|| channel.map(|channel| channel.area.clone()))
        .unwrap_or_default()
}
