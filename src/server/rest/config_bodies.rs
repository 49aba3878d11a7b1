//! The config as requests send it: what makes an agent, and what changes a draft.
//!
//! Both are read by the config's own reader, so these types only say in the document what it takes. They are made from
//! [`Config`], and a field added there is in them too.

use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema, Type,
        schema::{Object, SchemaType},
    },
};

use crate::model::config::{Config, Persona};

/// The config of a new agent: a name and instructions, the rest as it likes.
#[derive(Debug)]
pub struct NewAgent;

impl ToSchema for NewAgent {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Config::schemas(schemas);
    }
}

impl PartialSchema for NewAgent {
    fn schema() -> RefOr<Schema> {
        let mut agent = object::<Config>();
        agent.description = Some("The config of a new agent.".to_owned());
        agent.required = vec!["name".to_owned(), "instructions".to_owned()];
        agent.example = Some(json!({ "name": "Desk", "instructions": "Answer kindly.", "greeting": "Hello!" }));
        agent.into()
    }
}

/// A change of the draft.
#[derive(Debug)]
pub struct DraftPatch;

impl ToSchema for DraftPatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Config::schemas(schemas);
    }
}

impl PartialSchema for DraftPatch {
    fn schema() -> RefOr<Schema> {
        let mut patch = patch(object::<Config>());
        patch.description =
            Some("A change of the draft: the fields to change. `null` takes a field back to its default.".to_owned());
        patch.properties.insert("persona".to_owned(), nullable(self::patch(object::<Persona>()).into()));
        let base = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).description(Some(
            "The draft that the change is of. What was saved since is merged with it. Without it, send `If-Match`.",
        ));
        patch.properties.insert("base_draft".to_owned(), nullable(base.build().into()));
        patch.example = Some(json!({ "base_draft": 1, "greeting": "Hello!" }));
        patch.into()
    }
}

fn object<T: PartialSchema>() -> Object {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object,
        _ => Object::new(),
    }
}

/// The object with every field nullable.
fn patch(mut object: Object) -> Object {
    object.properties = object.properties.into_iter().map(|(name, field)| (name, nullable(field))).collect();
    object
}

fn nullable(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    let kind = match &mut schema {
        RefOr::T(Schema::Object(object)) => &mut object.schema_type,
        RefOr::T(Schema::Array(array)) => &mut array.schema_type,
        _ => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            return OneOfBuilder::new().item(schema).item(null).into();
        }
    };
    if let SchemaType::Type(only) = kind {
        *kind = SchemaType::from_iter([only.clone(), Type::Null]);
    }
    schema
}
