//! An agent as a file: the download of Export and the upload of Import. Both are plain routes, since neither a download nor
//! a chosen file goes through a server function.

use axum::{
    body::Body,
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;
use leptos_axum::render_app_to_stream_with_context;

use super::{context::SignedIn, plain_form::flash_cookie, problem::Problem};
use crate::{
    app::shell,
    model::{
        error::{Code, Error},
        export::ImportRefused,
        field_error::FieldError,
        flash::Flash,
    },
    paths,
    server::{
        core::Core,
        domain::{caller::Caller, transfer},
        router::{AppState, page_context},
    },
};

/// `GET /agents/{id}/export`: the draft as a file.
///
/// # Errors
/// As a problem document; foreign ids are answered as unknown ones.
pub async fn export(
    State(core): State<Core>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let id = id.parse().map_err(|_| Problem(Error::not_found()))?;
    let file = transfer::export(&core, &caller, id).await.map_err(|failure| Problem(failure.into_public()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.file_name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, file.text))
}

/// `POST /agents/import`: a form with one file. It answers with the builder of the new agent, or with the same page and
/// every reason why the file was not taken.
pub async fn import(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(caller) = parts.extensions.get::<SignedIn>().and_then(|signed_in| signed_in.0.clone()) else {
        return go(&paths::sign_in(paths::IMPORT), None);
    };
    let error = match file_of(Request::from_parts(parts.clone(), body)).await {
        Ok(file) => match transfer::import(&state.core, &caller, &file).await {
            Ok((id, draft)) => {
                let said = Flash::good(format!("“{}” was imported", draft.config.name));
                return go(&paths::agent(id), Some(&said));
            }
            Err(failure) => failure.into_public(),
        },
        Err(error) => error,
    };
    refused(&state.core, parts, error).await
}

async fn file_of(request: Request) -> Result<Vec<u8>, Error> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
        Error::new(Code::UnsupportedMediaType, "Send the file in a form (multipart/form-data), in the field “file”.")
    })?;
    loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("file") => {
                return field.bytes().await.map(|bytes| bytes.to_vec()).map_err(|error| unreadable(error.status()));
            }
            Ok(Some(_)) => {}
            Ok(None) => return Err(Error::field("file", "Choose a file that Export wrote")),
            Err(error) => return Err(unreadable(error.status())),
        }
    }
}

fn unreadable(status: StatusCode) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Code::PayloadTooLarge, "The file is larger than any agent.")
    } else {
        Error::new(Code::InvalidRequest, "The upload broke off or cannot be read. Try again.")
    }
}

/// The import page with the reasons, under the status of the error.
async fn refused(core: &Core, parts: Parts, error: Error) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let errors = match error.errors {
        none if none.is_empty() => vec![FieldError { field: "file".to_owned(), message: error.detail }],
        errors => errors,
    };
    let refused = ImportRefused { errors };
    let mut request = Request::from_parts(parts, Body::empty());
    *request.method_mut() = Method::GET;
    let core = core.clone();
    let context = move || {
        page_context(&core);
        provide_context(refused.clone());
    };
    let mut response = render_app_to_stream_with_context(context, shell)(request).await.into_response();
    *response.status_mut() = status;
    response
}

fn go(path: &str, said: Option<&Flash>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if let Some(cookie) = said.and_then(flash_cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
