//! The query of the list in the address, and back.

use leptos_router::params::ParamsMap;

use crate::{
    model::{
        agent::Status,
        agent_list::{AgentQuery, Sort},
    },
    paths,
};

/// What the address asks for. A word that is none asks for nothing.
pub fn read(params: &ParamsMap) -> AgentQuery {
    let text = |name: &str| params.get(name).filter(|text| !text.is_empty());
    AgentQuery {
        q: text("q").unwrap_or_default(),
        status: text("status").and_then(|word| Status::parse(&word)),
        tag: text("tag"),
        owner: text("owner").and_then(|id| id.parse().ok()),
        sort: text("sort").and_then(|word| Sort::parse(&word)).unwrap_or_default(),
        cursor: text("cursor"),
        limit: text("limit").and_then(|number| number.parse().ok()),
    }
}

/// The address that asks for it: only what is set is named.
pub fn of(query: &AgentQuery) -> String {
    let mut params = ParamsMap::new();
    let mut add = |name: &'static str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            params.insert(name, value);
        }
    };
    add("q", Some(query.q.clone()));
    add("status", query.status.map(|status| status.as_str().to_owned()));
    add("tag", query.tag.clone());
    add("owner", query.owner.map(|id| id.to_string()));
    add("sort", Some(query.sort).filter(|sort| *sort != Sort::default()).map(|sort| sort.as_str().to_owned()));
    add("cursor", query.cursor.clone());
    add("limit", query.limit.map(|limit| limit.to_string()));
    format!("{}{}", paths::AGENTS, params.to_query_string())
}

#[cfg(test)]
mod tests {
    use leptos_router::location::Url;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn goes_into_the_address_and_back() {
        let everything = AgentQuery {
            q: "a & b=c +%#é".into(),
            status: Some(Status::UnpublishedChanges),
            tag: Some("R&D / “x”".into()),
            owner: Some(Uuid::from_u128(7)),
            sort: Sort::Name,
            cursor: Some("abc_-".into()),
            limit: Some(5),
        };
        for query in [everything, AgentQuery::default()] {
            let address = of(&query);
            let mut params = ParamsMap::new();
            for pair in address.trim_start_matches("/?").split('&').filter_map(|pair| pair.split_once('=')) {
                params.insert(pair.0.to_owned(), Url::unescape(pair.1));
            }
            assert_eq!(read(&params), query, "{address}");
        }
        assert_eq!(of(&AgentQuery::default()), "/");
    }
}
