//! What a safeguarding lead would try: danger while nothing works, and who sees what of a concern.

mod concerns;
mod lifeline;
