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
		errs, size := checkEmbed(at("embeds", i, ""), e)
		out = append(out, errs...)
		sum += size
	}
	if sum > maxEmbedSum {
		out = append(out, fieldError{"embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"})
	}
	return out
}

// checkEmbed also gives the length that counts for the sum over all embeds.
func checkEmbed(path string, e Embed) (out []fieldError, sum int) {
	count := func(field, s string, most int) {
		s = strings.TrimSpace(s)
		sum += length(s)
		out = append(out, tooLong(path+field, s, most)...)
	}
	count(".title", e.Title, maxEmbedTitle)
	count(".description", e.Description, maxEmbedText)
	if e.Footer != nil {
		count(".footer.text", e.Footer.Text, maxEmbedFooter)
	}
	if e.Author != nil {
		count(".author.name", e.Author.Name, maxEmbedAuthor)
		out = append(out, checkLink(path+".author.url", e.Author.URL)...)
	}
	out = append(out, tooMany(path+".fields", len(e.Fields), maxEmbedFields)...)
	for j, f := range e.Fields {
		p := at(".fields", j, "")
		if strings.TrimSpace(f.Name) == "" {
			out = append(out, missing(path+p+".name"))
		}
		if strings.TrimSpace(f.Value) == "" {
			out = append(out, missing(path+p+".value"))
		}
		count(p+".name", f.Name, maxFieldName)
		count(p+".value", f.Value, maxFieldValue)
	}
	out = append(out, checkLink(path+".url", e.URL)...)
	if e.Color < 0 || e.Color > maxColor {
		out = append(out, fieldError{path + ".color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215."})
	}
	if e.Image != nil {
		out = append(out, badURL(path+".image.url", e.Image.URL, maxEmbedURL, "http", "https", "attachment")...)
	}
	if e.Thumbnail != nil {
		out = append(out, badURL(path+".thumbnail.url", e.Thumbnail.URL, maxEmbedURL, "http", "https", "attachment")...)
	}
	return out, sum
}

func checkLink(path, raw string) []fieldError {
	if raw == "" {
		return nil
	}
	return badURL(path, raw, maxEmbedURL, "http", "https")
}
