package discordtest

// Embed is a box under a message.
type Embed struct {
	Title       string       `json:"title,omitempty"`
	Type        string       `json:"type,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"`
	Color       int          `json:"color,omitempty"`
	Footer      *EmbedFooter `json:"footer,omitempty"`
	Image       *EmbedMedia  `json:"image,omitempty"`
	Thumbnail   *EmbedMedia  `json:"thumbnail,omitempty"`
	Author      *EmbedAuthor `json:"author,omitempty"`
	Fields      []EmbedField `json:"fields,omitempty"`
}

// EmbedFooter is the small line below.
type EmbedFooter struct {
	Text    string `json:"text"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedMedia is an image of an embed.
type EmbedMedia struct {
	URL string `json:"url"`
}

// EmbedAuthor is the small line above.
type EmbedAuthor struct {
	Name    string `json:"name"`
	URL     string `json:"url,omitempty"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedField is a name with a text.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

// Component types of Discord's.
const (
	ActionRow    = 1
	ButtonType   = 2
	StringSelect = 3
	TextInput    = 4
	UserSelect   = 5
	RoleSelect   = 6
	AnySelect    = 7
	ChannelPick  = 8
	SectionType  = 9
	TextDisplay  = 10
	FileType     = 13
	Container    = 17
	LinkStyle    = 5 // of a button
	PremiumStyle = 6
)

// Component is a row, a button, a menu, an input of a modal or a block of text.
type Component struct {
	Type        int            `json:"type"`
	CustomID    string         `json:"custom_id,omitempty"`
	Label       string         `json:"label,omitempty"`
	Style       int            `json:"style,omitempty"`
	URL         string         `json:"url,omitempty"`
	Disabled    bool           `json:"disabled,omitempty"`
	Emoji       map[string]any `json:"emoji,omitempty"`
	Placeholder string         `json:"placeholder,omitempty"`
	Options     []SelectOption `json:"options,omitempty"`
	MinValues   *int           `json:"min_values,omitempty"`
	MaxValues   *int           `json:"max_values,omitempty"`
	MinLength   *int           `json:"min_length,omitempty"`
	MaxLength   *int           `json:"max_length,omitempty"`
	Required    *bool          `json:"required,omitempty"`
	Value       string         `json:"value,omitempty"`
	Content     string         `json:"content,omitempty"`
	Accessory   *Component     `json:"accessory,omitempty"`
	Components  []Component    `json:"components,omitempty"`
}

// SelectOption is a line of a menu.
type SelectOption struct {
	Label       string         `json:"label"`
	Value       string         `json:"value"`
	Description string         `json:"description,omitempty"`
	Emoji       map[string]any `json:"emoji,omitempty"`
	Default     bool           `json:"default,omitempty"`
}

// Attachment is a file of a message.
type Attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int    `json:"size"`
	Data        []byte `json:"-"`
}

// Find returns the component with a custom id or a link, at any depth.
func (m Message) Find(match func(Component) bool) (Component, bool) { return find(m.Components, match) }

func find(cs []Component, match func(Component) bool) (Component, bool) {
	for _, c := range cs {
		if match(c) {
			return c, true
		}
		if c.Accessory != nil && match(*c.Accessory) {
			return *c.Accessory, true
		}
		if in, ok := find(c.Components, match); ok {
			return in, true
		}
	}
	return Component{}, false
}

// Button returns the button of a label.
func (m Message) Button(label string) (Component, bool) {
	return m.Find(func(c Component) bool { return c.Type == ButtonType && c.Label == label })
}
