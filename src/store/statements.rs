//! Every statement, each named once, made when the store is opened.

use super::areas::AreaSql;
use super::corrections::CorrectionSql;
use super::dialect::Dialect;
use super::load_sql::LoadSql;
use super::moves::MoveSql;
use super::outbox::OutboxSql;
use super::purge_sql::PurgeSql;
use super::queries::QuerySql;
use super::refusals;
use super::row::Sql;
use super::save_sql::SaveSql;
use super::trail::TrailSql;

/// The statements of one database.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) dialect: Dialect,
    pub(super) save: SaveSql,
    pub(super) load: LoadSql,
    pub(super) moves: MoveSql,
    pub(super) outbox: OutboxSql,
    pub(super) queries: QuerySql,
    pub(super) corrections: CorrectionSql,
    pub(super) areas: AreaSql,
    pub(super) purge: PurgeSql,
    pub(super) trail: TrailSql,
    pub(super) refusals: Sql,
}

impl Statements {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            save: SaveSql::new(dialect),
            load: LoadSql::new(dialect),
            moves: MoveSql::new(),
            outbox: OutboxSql::new(dialect),
            queries: QuerySql::new(dialect),
            corrections: CorrectionSql::new(),
            areas: AreaSql::new(dialect),
            purge: PurgeSql::new(dialect),
            trail: TrailSql::new(dialect),
            refusals: refusals::since(),
        }
    }
}
