//! The rows of settings and of what is remembered: channels, moderators, briefings, cursors, receipts.

use super::error::StoreError;
use super::row::{Row, json, parse, row};
use crate::domain::ids::{ChannelId, ConnectorId, GroupId, Place};
use crate::domain::settings::{Channel, Moderators};

row! {
    ReceiptRow in "receipt" { connector: String, key: String, at: i64 }
}

row! {
    CursorRow in "cursor" { connector: String, name: String, value: String }
}

row! {
    ChannelRow in "channel" { connector: String, channel: String, community: String, body: String }
}

impl ChannelRow {
    pub(super) fn of(channel: &Channel) -> Result<Self, StoreError> {
        Ok(Self {
            connector: channel.place.connector.to_string(),
            channel: channel.place.channel.to_string(),
            community: channel.group.to_string(),
            body: json(Self::TABLE, channel)?,
        })
    }
}

impl TryFrom<ChannelRow> for Channel {
    type Error = StoreError;

    fn try_from(row: ChannelRow) -> Result<Self, StoreError> {
        let channel: Self = parse((ChannelRow::TABLE, "body", &row.channel), &row.body)?;
        Ok(Self {
            place: Place {
                connector: ConnectorId::new(row.connector),
                channel: ChannelId::new(row.channel),
            },
            group: GroupId::new(row.community),
            ..channel
        })
    }
}

row! {
    ModeratorRow in "moderator" { connector: String, community: String, body: String }
}

impl ModeratorRow {
    pub(super) fn of(connector: &ConnectorId, moderators: &Moderators) -> Result<Self, StoreError> {
        Ok(Self {
            connector: connector.to_string(),
            community: moderators.group.to_string(),
            body: json(Self::TABLE, moderators)?,
        })
    }
}

impl TryFrom<ModeratorRow> for (ConnectorId, Moderators) {
    type Error = StoreError;

    fn try_from(row: ModeratorRow) -> Result<Self, StoreError> {
        let mut moderators: Moderators =
            parse((ModeratorRow::TABLE, "body", &row.community), &row.body)?;
        moderators.group = GroupId::new(row.community);
        Ok((ConnectorId::new(row.connector), moderators))
    }
}

row! {
    BriefingRow in "briefing" { connector: String, person: String, version: i64, at: i64 }
}

row! {
    MalformedRow in "malformed" { at: i64, raw: String, error: String }
}
