//! What every operation has in common: the scopes that a key needs for it, and the answers and headers that the document
//! says of it. Both come from one place, so that the document cannot promise what is not checked.

use axum::{
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use serde_json::json;
use utoipa::openapi::{
    Content, ContentBuilder, ObjectBuilder, OneOf, Ref, RefOr, ResponseBuilder, Schema, Type,
    extensions::ExtensionsBuilder,
    header::HeaderBuilder,
    path::{Operation, ParameterBuilder, ParameterIn, PathItem},
    schema::SchemaType,
    security::SecurityRequirement,
};
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};

use crate::{
    model::{api_key::Scope, error::Error},
    server::{
        core::Core,
        domain::caller::Caller,
        web::{caller::nobody, context::SignedIn, problem::Problem},
    },
};

/// The name of the scheme of API keys in the document.
pub const KEY: &str = "key";

/// The name of the scheme of the sign-in cookie in the document.
pub const COOKIE: &str = "cookie";

/// Operations for which a key needs one of these scopes.
pub fn needs(scopes: &'static [Scope], routes: UtoipaMethodRouter<Core>) -> UtoipaMethodRouter<Core> {
    let (schemas, mut paths, router) = routes;
    for (path, item) in &mut paths.paths {
        for (method, operation) in operations(item) {
            describe(scopes, path, method, operation);
        }
    }
    let guard = from_fn(move |request: Request, next: Next| guard(scopes, request, next));
    (schemas, paths, router).layer(guard)
}

/// The operations of a path, each with its method.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [("get", get), ("put", put), ("post", post), ("delete", delete), ("patch", patch)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

async fn guard(scopes: &'static [Scope], request: Request, next: Next) -> Response {
    let SignedIn(caller) = request.extensions().get::<SignedIn>().cloned().unwrap_or_default();
    let Some(caller) = caller else { return nobody(request.headers()).into_response() };
    match check(&caller, scopes) {
        Ok(()) => next.run(request).await,
        Err(error) => Problem(error).into_response(),
    }
}

fn check(caller: &Caller, scopes: &[Scope]) -> Result<(), Error> {
    if scopes.is_empty() || scopes.iter().any(|scope| caller.require(*scope).is_ok()) {
        return Ok(());
    }
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    Err(Error::forbidden(format!("This takes an API key with the scope {}.", names.join(" or "))))
}

fn describe(scopes: &[Scope], path: &str, method: &str, operation: &mut Operation) {
    let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    operation.security = Some(vec![
        SecurityRequirement::new(KEY, names.iter().copied()),
        SecurityRequirement::new(COOKIE, <[&str; 0]>::default()),
    ]);
    operation.extensions = Some(ExtensionsBuilder::new().add("x-galley-scopes", json!(names)).build());
    let mut problems = vec![
        ("401", "No valid API key and no sign-in."),
        ("403", "The key lacks the scope, or the person the right."),
        ("429", "Too many requests; `Retry-After` says when to come back."),
    ];
    let mut asks = false;
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            asks |= parameter.parameter_in == ParameterIn::Query;
            parameter.schema = parameter.schema.take().map(not_null);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        asks = true;
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content {
                content.schema = content.schema.take().map(not_null);
            }
        }
        problems.push(("400", "The body is not JSON, or a header cannot be read."));
        problems.push(("413", "The body is too large."));
        problems.push(("415", "The body is not sent as JSON."));
    }
    if asks {
        problems.push(("422", "A field is missing, unknown or not valid; `errors` names it."));
    }
    if path.contains('{') {
        problems.push(("404", "There is nothing here, or it is not yours to see."));
    }
    if method == "post" {
        problems.push(("409", "The rules refuse it, or a request with this `Idempotency-Key` is still being done."));
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .description(Some("Does the request once, however often it is sent. Kept for 24 hours."))
            .schema(Some(text))
            .example(Some(json!(format!("{}-42", operation.operation_id.as_deref().unwrap_or("request")))))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(key));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let said = match status.as_str() {
                "201" => "It was made.",
                "202" => "It has begun.",
                "204" => "It was done; there is nothing to say.",
                _ => "What was asked for.",
            };
            said.clone_into(&mut response.description);
        }
    }
    for (status, description) in problems {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
            let mut response =
                ResponseBuilder::new().description(description).content("application/problem+json", problem());
            if status == "429" {
                let seconds = HeaderBuilder::new().description(Some("Seconds to wait."));
                response = response.header("Retry-After", seconds.build());
            }
            RefOr::T(response.build())
        });
    }
}

/// What a parameter or a body is when it is there: what may be left out is an [`Option`] in Rust, but nobody sends `null`.
fn not_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Array(kinds) = &object.schema_type
                && let [kind, Type::Null] | [Type::Null, kind] = kinds.as_slice()
            {
                object.schema_type = SchemaType::Type(kind.clone());
            }
            object.into()
        }
        RefOr::T(Schema::OneOf(OneOf { items, .. })) if matches!(items.as_slice(), [RefOr::Ref(_), RefOr::T(_)]) => {
            items.into_iter().next().unwrap_or_default()
        }
        other => other,
    }
}

fn problem() -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build()
}
