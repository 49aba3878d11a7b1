//! SQL put together from fixed pieces, for statements whose shape depends on the question. Values only ever travel as
//! parameters: a piece is `&'static str`, so nothing that was typed can become part of the text.

use uuid::Uuid;

/// A parameter's value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Id(Uuid),
    Text(String),
    Number(i64),
}

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct SqlText {
    text: String,
    values: Vec<Value>,
}

impl SqlText {
    /// Adds a fixed piece.
    pub(super) fn push(&mut self, piece: &'static str) -> &mut Self {
        self.text.push_str(piece);
        self
    }

    /// Adds a parameter.
    pub(super) fn value(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Adds an id as a parameter.
    pub(super) fn id(&mut self, id: Uuid) -> &mut Self {
        self.value(Value::Id(id))
    }

    /// Adds ids as parameters with commas between them; none as a list that nothing is in.
    pub(super) fn ids(&mut self, ids: &[Uuid]) -> &mut Self {
        if ids.is_empty() {
            return self.push("NULL");
        }
        for (i, id) in ids.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.id(*id);
        }
        self
    }

    /// The same statement inside fixed pieces.
    pub(super) fn wrap(mut self, before: &'static str, after: &'static str) -> Self {
        self.text.insert_str(0, before);
        self.text.push_str(after);
        self
    }

    /// The text, for the engine.
    pub(super) fn text(&self) -> sqlx::AssertSqlSafe<String> {
        sqlx::AssertSqlSafe(self.text.clone())
    }

    /// The parameters, in order.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

/// Gives a query the parameters of a [`SqlText`], whichever engine it is for.
macro_rules! bound {
    ($query:expr, $sql:expr) => {{
        let mut query = $query;
        for value in $sql.values() {
            query = match value {
                $crate::server::store::sql_text::Value::Id(id) => query.bind(*id),
                $crate::server::store::sql_text::Value::Text(text) => query.bind(text.clone()),
                $crate::server::store::sql_text::Value::Number(number) => query.bind(*number),
            };
        }
        query
    }};
}
