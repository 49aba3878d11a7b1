//! The OpenAPI document: made from the handlers and their types when the server starts, so that it cannot say anything
//! else than they do.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde_json::{Value, json};
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::operation::{COOKIE, KEY};
use crate::server::{core::Core, web::sign_in_cookie};

/// Where the document is.
pub const ADDRESS: &str = "/api/openapi.json";

/// What the pages may load: their own files. The library writes styles into its nodes.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An error, as RFC 9457 has it.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "says what web::problem writes")]
pub struct ProblemBody {
    /// What kind of problem it is; `about:blank` means that the status says it.
    #[schema(example = "about:blank")]
    r#type: String,
    /// The status in words.
    #[schema(example = "Conflict")]
    title: String,
    /// The HTTP status.
    #[schema(example = 409, minimum = 400, maximum = 599)]
    status: u16,
    /// What went wrong, for a person.
    detail: String,
    /// The address that it is about.
    instance: Option<String>,
    /// What went wrong, for a program.
    code: crate::model::error::Code,
    /// The fields at fault.
    errors: Option<Vec<crate::model::field_error::FieldError>>,
    /// What to do about it.
    hint: Option<String>,
}

/// The refusal of a change that another one is in the way of.
#[derive(ToSchema)]
#[schema(as = Conflict)]
#[expect(dead_code, reason = "says what rest::drafts writes")]
pub struct ConflictBody {
    #[serde(flatten)]
    problem: ProblemBody,
    /// The draft that the change was of.
    base: i64,
    /// The draft that there is now.
    current: i64,
    /// The fields that both changed.
    conflicts: Vec<crate::model::merge::FieldConflict>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Galley",
        description = "Build AI agents, try their draft, release them, roll them back. Send an API key as \
                       `Authorization: Bearer gk_live_…`. Lists are read page by page with `limit` and `cursor`. Errors are \
                       `application/problem+json`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/api/v1")),
    components(schemas(
        ProblemBody,
        crate::model::agent::Status,
        crate::model::agent_list::Sort,
        crate::model::audit_export::ExportFormat,
        crate::model::coworker::Show,
    )),
)]
struct Base;

/// The document to begin with.
#[must_use]
pub fn base(core: &Core) -> Document {
    let mut document = Base::openapi();
    let components = document.components.get_or_insert_default();
    let mut key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("gk_live_…").build();
    key.description = Some("An API key. It acts as the member who made it, within its scopes.".to_owned());
    components.add_security_scheme(KEY, SecurityScheme::Http(key));
    let cookie =
        ApiKeyValue::with_description(sign_in_cookie::name(core), "The sign-in of a browser, from Galley's own pages.");
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
}

/// The document and the pages that show it.
pub fn routes(document: &Document) -> Router {
    let mut document: Value =
        serde_json::to_value(document).unwrap_or_else(|error| json!({ "error": error.to_string() }));
    super::kinds::write_out(&mut document);
    let body = document.to_string();
    let config = Arc::new(
        utoipa_swagger_ui::Config::from(ADDRESS)
            .try_it_out_enabled(true)
            .display_request_duration(true)
            .default_models_expand_depth(0)
            .with_credentials(true)
            .validator_url("none"),
    );
    Router::new()
        .route(
            ADDRESS,
            get(async move || {
                ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body.clone()).into_response()
            }),
        )
        .route("/api/docs", get(async || Redirect::permanent("/api/docs/")))
        .route(
            "/api/docs/",
            get({
                let config = config.clone();
                async move || page("index.html", config.clone())
            }),
        )
        .route("/api/docs/{*file}", get(async move |Path(file): Path<String>| page(&file, config.clone())))
}

fn page(file: &str, config: Arc<utoipa_swagger_ui::Config<'static>>) -> Response {
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(file)) => {
            let kind = HeaderValue::try_from(file.content_type).unwrap_or(HeaderValue::from_static("text/plain"));
            let policy = HeaderValue::from_static(POLICY);
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)], file.bytes.into_owned())
                .into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a file of the API's documentation cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
