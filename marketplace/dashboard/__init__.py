"""The host of the desks: shows sellers, officers and admins what waits for them, as other plugins tell it."""
