//! Every route of the product, in one table: the authorisation matrix test walks it.

mod apply;
mod arrange;
mod benefits;
mod bodies;
mod callbacks;
mod cases;
mod catalogue;
mod counter;
mod desk;
mod desk_parts;
mod documents;
mod files;
mod fills;
mod help;
mod identity;
mod join;
mod licences;
mod lists;
mod local_copy;
mod many;
mod money;
mod pay;
mod pay_links;
mod personal_list;
mod promises;
mod proofs;
mod revisions;
mod spot_checks;
mod takings;
mod track;
mod tus;
mod uploads;

use crate::page::{Web, load_session};
use crate::public_pages;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, head, options, patch, post};
use std::collections::BTreeMap;

/// Collects routes with their names.
pub struct Table {
    methods: BTreeMap<&'static str, MethodRouter<Web>>,
    /// Method and path of each route, in order of entry.
    pub list: Vec<(&'static str, &'static str)>,
}

impl Table {
    fn new() -> Self {
        Self { methods: BTreeMap::new(), list: Vec::new() }
    }

    fn add(mut self, method: &'static str, path: &'static str, route: MethodRouter<Web>) -> Self {
        self.list.push((method, path));
        let merged = match self.methods.remove(path) {
            Some(there) => there.merge(route),
            None => route,
        };
        self.methods.insert(path, merged);
        self
    }

    fn get<H: Handler<T, Web>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("GET", path, get(handler))
    }

    fn post<H: Handler<T, Web>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("POST", path, post(handler))
    }

    fn head<H: Handler<T, Web>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("HEAD", path, head(handler))
    }

    fn patch<H: Handler<T, Web>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("PATCH", path, patch(handler))
    }

    fn delete<H: Handler<T, Web>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("DELETE", path, delete(handler))
    }

    fn options<H: Handler<T, Web>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("OPTIONS", path, options(handler))
    }
}

/// All dynamic routes.
pub fn table() -> Table {
    let table = Table::new();
    let table = catalogue::add(table);
    let table = personal_list::add(table);
    let table = lists::add(table);
    let table = bodies::add(table);
    let table = benefits::add(table);
    let table = identity::add(table);
    let table = apply::add(table);
    let table = local_copy::add(table);
    let table = uploads::add(table);
    let table = tus::add(table);
    let table = fills::add(table);
    let table = licences::add(table);
    let table = cases::add(table);
    let table = promises::add(table);
    let table = join::add(table);
    let table = pay::add(table);
    let table = pay_links::add(table);
    let table = callbacks::add(table);
    let table = track::add(table);
    let table = documents::add(table);
    let table = files::add(table);
    let table = arrange::add(table);
    let table = proofs::add(table);
    let table = many::add(table);
    let table = help::add(table);
    let table = revisions::add(table);
    let table = spot_checks::add(table);
    let table = counter::add(table);
    let table = money::add(table);
    let table = takings::add(table);
    let table = desk::add(table);
    desk_parts::add(table)
}

/// The router over the table, with server functions and the session layer.
pub fn router(web: &Web) -> Router {
    let mut router = Router::new();
    for (path, methods) in table().methods {
        router = router.route(path, methods);
    }
    router
        .route("/api/{*name}", post(leptos_axum::handle_server_fns))
        .fallback(help::not_found)
        // Uploads stream under limits of their own; all else is bounded by the body layer.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(web.clone(), load_session))
        .layer(from_fn_with_state(web.clone(), public_pages::serve))
        .with_state(web.clone())
}

/// The development gallery of the design system; never mounted in production.
pub fn gallery(web: &Web) -> Router {
    Router::new()
        .route("/gallery", get(help::gallery))
        .layer(from_fn_with_state(web.clone(), load_session))
        .with_state(web.clone())
}

/// Parses an id from the address; a bad one is a page that does not exist.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, service::Failure> {
    text.parse().map_err(|_| service::Failure::NotFound)
}
