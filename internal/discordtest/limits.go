package discordtest

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf16"
)

// Discord's limits, by its documentation ("Message", "Embed Limits", "Component
// Reference", "Application Commands", "Interactions") as read in 2026-08. Lengths are
// counted in UTF-16 units: it is not documented what Discord counts, and who keeps to
// the longer count keeps to both.
const (
	maxContent         = 2000
	maxEmbeds          = 10
	maxEmbedTitle      = 256
	maxEmbedText       = 4096
	maxEmbedFields     = 25
	maxFieldName       = 256
	maxFieldValue      = 1024
	maxEmbedFooter     = 2048
	maxEmbedAuthor     = 256
	maxEmbedSum        = 6000 // over all embeds of a message
	maxEmbedURL        = 2048
	maxColor           = 0xFFFFFF
	maxRows            = 5
	maxButtons         = 5
	maxCustomID        = 100
	maxLabel           = 80
	maxButtonURL       = 512
	maxOptions         = 25
	maxOptionText      = 100
	maxPlaceholder     = 150
	maxNonce           = 25
	maxMentionIDs      = 100
	maxFiles           = 10
	maxFileSize        = 10 << 20
	maxRequest         = 25 << 20
	maxV2Components    = 40
	maxV2Text          = 4000
	maxChoices         = 25
	maxChoiceText      = 100
	maxCommands        = 100
	maxCommandOptions  = 25
	maxCommandName     = 32
	maxDescription     = 100
	maxCommandText     = 8000
	maxModalTitle      = 45
	maxModalRows       = 5
	maxInputLabel      = 45
	maxInputValue      = 4000
	maxInputPrompt     = 100
	maxGatewayFrame    = 4096 // bytes
	maxGatewaySends    = 120  // in gatewayWindow
	maxFetchedMessages = 100
)

// commandName is what Discord documents for names of slash commands and options; that
// they are in lower case is checked apart.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// fieldError is one entry of Discord's "errors" object, by the dotted path to it.
type fieldError struct{ path, code, message string }

func length(s string) int { return len(utf16.Encode([]rune(s))) }

func tooLong(path, s string, most int) []fieldError {
	if length(s) > most {
		return []fieldError{{path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most)}}
	}
	return nil
}

func tooMany(path string, n, most int) []fieldError {
	if n > most {
		return []fieldError{{path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most)}}
	}
	return nil
}

// between wants a trimmed text of 1 to most units.
func between(path, s string, most int) []fieldError {
	if s = strings.TrimSpace(s); s == "" {
		return []fieldError{missing(path)}
	}
	return tooLong(path, s, most)
}

func missing(path string) fieldError {
	return fieldError{path, "BASE_TYPE_REQUIRED", "This field is required"}
}

func at(path string, i int, rest string) string {
	if rest == "" {
		return fmt.Sprintf("%s.%d", path, i)
	}
	return fmt.Sprintf("%s.%d.%s", path, i, rest)
}

func badURL(path, raw string, most int, schemes ...string) []fieldError {
	if e := tooLong(path, raw, most); e != nil {
		return e
	}
	u, err := url.Parse(raw)
	if err == nil {
		for _, scheme := range schemes {
			if strings.EqualFold(u.Scheme, scheme) && (u.Host != "" || scheme == "attachment") {
				return nil
			}
		}
	}
	return []fieldError{{path, "URL_TYPE_INVALID_URL", "Not a well formed URL."}}
}

// checkMessage holds a message that is sent, or an edit with what it leaves as it is,
// against the limits.
func checkMessage(b body) []fieldError {
	out := tooLong("content", b.content(), maxContent)
	out = append(out, checkEmbeds(b.Embeds)...)
	out = append(out, checkMentions(b.AllowedMentions)...)
	out = append(out, tooLong("nonce", b.nonce(), maxNonce)...)
	out = append(out, checkFiles(b)...)
	if b.Flags&ComponentsV2 != 0 {
		return append(out, checkV2(b)...)
	}
	return append(out, checkRows("components", b.Components)...)
}

func checkFiles(b body) []fieldError {
	out := tooMany("attachments", len(b.files), maxFiles)
	for _, f := range b.files {
		if len(f.data) > maxFileSize {
			out = append(out, fieldError{"files." + itoa(f.index), "BASE_TYPE_MAX_LENGTH", "Request entity too large"})
		}
	}
	for i, a := range b.Attachments {
		out = append(out, tooLong(at("attachments", i, "description"), a.Description, 1024)...)
	}
	return out
}

func checkEmbeds(es []Embed) []fieldError {
	out := tooMany("embeds", len(es), maxEmbeds)
	sum := 0
	for i, e := range es {
		p := func(rest string) string { return at("embeds", i, rest) }
		count := func(path, s string, most int) {
			s = strings.TrimSpace(s)
			sum += length(s)
			out = append(out, tooLong(path, s, most)...)
		}
		count(p("title"), e.Title, maxEmbedTitle)
		count(p("description"), e.Description, maxEmbedText)
		if e.Footer != nil {
			count(p("footer.text"), e.Footer.Text, maxEmbedFooter)
		}
		if e.Author != nil {
			count(p("author.name"), e.Author.Name, maxEmbedAuthor)
			out = append(out, checkLink(p("author.url"), e.Author.URL)...)
		}
		out = append(out, tooMany(p("fields"), len(e.Fields), maxEmbedFields)...)
		for j, f := range e.Fields {
			if strings.TrimSpace(f.Name) == "" {
				out = append(out, missing(at(p("fields"), j, "name")))
			}
			if strings.TrimSpace(f.Value) == "" {
				out = append(out, missing(at(p("fields"), j, "value")))
			}
			count(at(p("fields"), j, "name"), f.Name, maxFieldName)
			count(at(p("fields"), j, "value"), f.Value, maxFieldValue)
		}
		out = append(out, checkLink(p("url"), e.URL)...)
		if e.Color < 0 || e.Color > maxColor {
			out = append(out, fieldError{p("color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215."})
		}
		for _, m := range []struct {
			name string
			at   *EmbedMedia
		}{{"image.url", e.Image}, {"thumbnail.url", e.Thumbnail}} {
			if m.at != nil {
				out = append(out, badURL(p(m.name), m.at.URL, maxEmbedURL, "http", "https", "attachment")...)
			}
		}
	}
	if sum > maxEmbedSum {
		out = append(out, fieldError{"embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"})
	}
	return out
}

func checkLink(path, raw string) []fieldError {
	if raw == "" {
		return nil
	}
	return badURL(path, raw, maxEmbedURL, "http", "https")
}

// checkRows holds classic components against the limits.
func checkRows(path string, rows []Component) []fieldError {
	out := tooMany(path, len(rows), maxRows)
	seen := map[string]bool{}
	for i, r := range rows {
		if r.Type != ActionRow {
			out = append(out, fieldError{at(path, i, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,)."})
			continue
		}
		out = append(out, checkRow(at(path, i, "components"), r.Components, seen)...)
	}
	return out
}

func checkRow(path string, cs []Component, seen map[string]bool) []fieldError {
	var out []fieldError
	if len(cs) == 0 {
		out = append(out, fieldError{path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."})
	}
	width := 0
	for j, c := range cs {
		p := at(path, j, "")
		switch {
		case c.Type == ButtonType:
			width++
			out = append(out, checkButton(p, c, seen)...)
		case c.Type == StringSelect || c.Type >= UserSelect && c.Type <= ChannelPick:
			width += maxButtons
			out = append(out, checkSelect(p, c, seen)...)
		default:
			out = append(out, fieldError{p + ".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8)."})
		}
	}
	if width > maxButtons {
		out = append(out, fieldError{path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"})
	}
	return out
}

func checkCustomID(path, id string, seen map[string]bool) []fieldError {
	if id == "" {
		return []fieldError{missing(path)}
	}
	out := tooLong(path, id, maxCustomID)
	if seen[id] {
		out = append(out, fieldError{path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"})
	}
	seen[id] = true
	return out
}

func checkButton(path string, c Component, seen map[string]bool) []fieldError {
	out := tooLong(path+".label", c.Label, maxLabel)
	if c.Style < 1 || c.Style > PremiumStyle {
		return append(out, fieldError{path + ".style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6)."})
	}
	if c.Label == "" && len(c.Emoji) == 0 && c.Style != PremiumStyle {
		out = append(out, fieldError{path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required"})
	}
	if c.Style == LinkStyle {
		if c.CustomID != "" {
			out = append(out, fieldError{path + ".custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified"})
		}
		if c.URL == "" {
			return append(out, missing(path+".url"))
		}
		return append(out, badURL(path+".url", c.URL, maxButtonURL, "http", "https", "discord")...)
	}
	if c.URL != "" {
		out = append(out, fieldError{path + ".url", "BUTTON_COMPONENT_INVALID_URL", "A url may only be specified for link buttons"})
	}
	return append(out, checkCustomID(path+".custom_id", c.CustomID, seen)...)
}

func checkSelect(path string, c Component, seen map[string]bool) []fieldError {
	out := checkCustomID(path+".custom_id", c.CustomID, seen)
	out = append(out, tooLong(path+".placeholder", c.Placeholder, maxPlaceholder)...)
	for _, v := range []struct {
		name string
		n    *int
	}{{"min_values", c.MinValues}, {"max_values", c.MaxValues}} {
		if v.n != nil && (*v.n < 0 || *v.n > maxOptions) {
			out = append(out, fieldError{path + "." + v.name, "NUMBER_TYPE_MAX", "int value should be less than or equal to 25."})
		}
	}
	if c.Type != StringSelect {
		return out
	}
	if len(c.Options) == 0 || len(c.Options) > maxOptions {
		out = append(out, fieldError{path + ".options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length."})
	}
	values := map[string]bool{}
	for i, o := range c.Options {
		p := at(path+".options", i, "")
		out = append(out, between(p+".label", o.Label, maxOptionText)...)
		out = append(out, between(p+".value", o.Value, maxOptionText)...)
		out = append(out, tooLong(p+".description", o.Description, maxOptionText)...)
		if values[o.Value] {
			out = append(out, fieldError{p + ".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"})
		}
		values[o.Value] = true
	}
	return out
}

// checkV2 holds a message of components against the limits of those.
func checkV2(b body) []fieldError {
	var out []fieldError
	if b.content() != "" || len(b.Embeds) > 0 {
		out = append(out, fieldError{"content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"})
	}
	n, text := 0, 0
	seen := map[string]bool{}
	var walk func(path string, cs []Component)
	walk = func(path string, cs []Component) {
		for i, c := range cs {
			n++
			text += length(c.Content)
			p := at(path, i, "")
			if c.Accessory != nil {
				walk(p+".accessory", []Component{*c.Accessory})
			}
			switch c.Type {
			case ActionRow:
				n += len(c.Components)
				out = append(out, checkRow(p+".components", c.Components, seen)...)
			case ButtonType:
				out = append(out, checkButton(p, c, seen)...)
			default:
				walk(p+".components", c.Components)
			}
		}
	}
	walk("components", b.Components)
	out = append(out, tooMany("components", n, maxV2Components)...)
	if text > maxV2Text {
		out = append(out, fieldError{"components", "COMPONENT_MAX_TOTAL_CHARACTERS_EXCEEDED", "The total text of all components must be 4000 or fewer in length."})
	}
	return out
}
