//! Setting up model providers, on the settings page of an admin.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{
    error::Error,
    provider::{Provider, ProviderForm},
};

/// Every provider of the workspace and of the server's environment.
#[server(prefix = "/fn", endpoint = "list_providers")]
pub async fn list_providers() -> Result<Vec<Provider>, Error> {
    use crate::server::{domain::providers, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(providers::list(&core, &caller).await?)
}

/// Sets up a provider, or changes the one with this id. The key goes in and never comes out.
#[server(prefix = "/fn", endpoint = "save_provider", input = PostUrl)]
pub async fn save_provider(#[server(default)] id: Option<Uuid>, form: ProviderForm) -> Result<Provider, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::providers,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = providers::save(&core, &caller, id, &form).await;
    let said = match &outcome {
        Ok(provider) => Flash::good(format!("{} is set up", provider.slug)),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(paths::PROVIDERS, &said);
    Ok(outcome?)
}

/// Removes a provider and its key.
#[server(prefix = "/fn", endpoint = "delete_provider", input = PostUrl)]
pub async fn delete_provider(id: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::providers,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = providers::delete(&core, &caller, id).await;
    let said = match &outcome {
        Ok(()) => Flash::good("The provider and its key are gone"),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(paths::PROVIDERS, &said);
    Ok(outcome?)
}

/// Makes a real, small call to a provider; gives the model that answered.
#[server(prefix = "/fn", endpoint = "try_provider", input = PostUrl)]
pub async fn try_provider(slug: String) -> Result<String, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::providers,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = providers::try_out(&core, &caller, &slug).await;
    let said = match &outcome {
        Ok(model) => Flash::good(format!("{slug} works: {model} answered")),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(paths::PROVIDERS, &said);
    Ok(outcome?)
}
