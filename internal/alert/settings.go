package alert

// Settings are a guild's choices. The zero value is the default of each.
type Settings struct {
	Channel  string   `json:"channel,omitempty"`  // default channel of new watches
	Notices  string   `json:"notices,omitempty"`  // where the bot speaks of itself; default: the watch's channel
	Managers []string `json:"managers,omitempty"` // roles that may write
	Zone     string   `json:"zone,omitempty"`     // IANA time zone; default UTC
	Quiet    string   `json:"quiet,omitempty"`    // "22:00-07:00" in Zone: alerts are held, not lost
}
