package alert

import "time"

// Settings are a guild's choices. The zero value is the default of each.
type Settings struct {
	Channel  string   `json:"channel,omitempty"`  // default channel of new watches
	Notices  string   `json:"notices,omitempty"`  // where the bot says what it can't say elsewhere; empty: only /status does
	Managers []string `json:"managers,omitempty"` // roles that may write
	Zone     string   `json:"zone,omitempty"`     // IANA time zone; default UTC
	Quiet    string   `json:"quiet,omitempty"`    // "22:00-07:00" in Zone: alerts are held, not lost

	// Broken holds the channels that can't be posted in and of which the guild was
	// told, since when. The bot writes it, nobody chooses it.
	Broken map[string]time.Time `json:"broken,omitempty"`
	// Offline is since when no site could be reached, when the guild was told so and
	// not yet that it is over; zero otherwise. The bot writes it.
	Offline time.Time `json:"offline,omitzero"`
}
