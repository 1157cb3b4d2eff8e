package discordtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Request is one line of the log of requests. Tokens of interactions are in Path, the
// bot's own token is nowhere.
type Request struct {
	At     time.Time // on the server's clock
	Method string
	Path   string // without /api/vN
	Route  string // as in Fail: "POST /channels/*/messages"; empty for none
	Body   []byte // JSON, also of a multipart request
	Files  int
	Status int // 0 when the connection was dropped instead
	Code   int // Discord's own, 0 for none
}

// Requests is the log, in order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Count is how many requests of a route or pattern (see Fail) there were.
func (s *Server) Count(pattern string) int {
	n := 0
	for _, r := range s.Requests() {
		if matches(pattern, r.Method, r.Path) {
			n++
		}
	}
	return n
}

// call is a request on its way to a handler.
type call struct {
	http  *http.Request
	path  string
	route *route
	arg   map[string]string
	query url.Values
	body  []byte
	files []upload
}

// answer is what a handler says; a nil body is 204.
type answer struct {
	status int
	body   any
}

func ok(body any) (answer, *refusal) { return answer{200, body}, nil }
func no(r *refusal) (answer, *refusal) {
	return answer{}, r
}

var nothing = answer{status: 204}

type route struct {
	method, pattern string
	handle          func(*Server, *call) (answer, *refusal)
	open            bool   // the path holds a token, no Authorization is asked for
	bucket          string // name of the rate limit; empty for none
	schema          string // of the body, by name or as path in the OpenAPI document
}

// routes are those of Discord's that are modelled. A name in braces is an argument;
// the first one is the top-level resource of the bucket.
func routes() []route {
	return []route{
		{"GET", "/gateway", (*Server).getGateway, true, "", ""},
		{"GET", "/gateway/bot", (*Server).getGatewayBot, false, "", ""},
		{"GET", "/users/@me", (*Server).getMe, false, "users", ""},
		{"GET", "/users/@me/guilds", (*Server).getMyGuilds, false, "users", ""},
		{"POST", "/users/@me/channels", (*Server).openDM, false, "dm", "CreatePrivateChannelRequest"},
		{"GET", "/users/{user}", (*Server).getUser, false, "users", ""},
		{"GET", "/applications/@me", (*Server).getApplication, false, "app", ""},
		{"GET", "/oauth2/applications/@me", (*Server).getApplication, false, "app", ""},

		{"GET", "/applications/{app}/commands", (*Server).getCommands, false, "commands", ""},
		{"POST", "/applications/{app}/commands", (*Server).postCommand, false, "commands", "ApplicationCommandCreateRequest"},
		{"PUT", "/applications/{app}/commands", (*Server).putCommands, false, "commands", "[]ApplicationCommandUpdateRequest"},
		{"PATCH", "/applications/{app}/commands/{command}", (*Server).patchCommand, false, "commands", "ApplicationCommandPatchRequestPartial"},
		{"DELETE", "/applications/{app}/commands/{command}", (*Server).deleteCommand, false, "commands", ""},
		{"GET", "/applications/{app}/guilds/{guild}/commands", (*Server).getCommands, false, "commands", ""},
		{"POST", "/applications/{app}/guilds/{guild}/commands", (*Server).postCommand, false, "commands", "ApplicationCommandCreateRequest"},
		{"PUT", "/applications/{app}/guilds/{guild}/commands", (*Server).putCommands, false, "commands", "[]ApplicationCommandUpdateRequest"},
		{"PATCH", "/applications/{app}/guilds/{guild}/commands/{command}", (*Server).patchCommand, false, "commands", "ApplicationCommandPatchRequestPartial"},
		{"DELETE", "/applications/{app}/guilds/{guild}/commands/{command}", (*Server).deleteCommand, false, "commands", ""},

		{"GET", "/guilds/{guild}", (*Server).getGuild, false, "guild", ""},
		{"GET", "/guilds/{guild}/roles", (*Server).getRoles, false, "guild", ""},
		{"GET", "/guilds/{guild}/channels", (*Server).getChannels, false, "guild", ""},
		{"GET", "/guilds/{guild}/members/{user}", (*Server).getMember, false, "guild", ""},
		{"DELETE", "/users/@me/guilds/{guild}", (*Server).leaveGuild, false, "guild", ""},

		{"GET", "/channels/{channel}", (*Server).getChannel, false, "channel", ""},
		{"GET", "/channels/{channel}/messages", (*Server).getMessages, false, "messages", ""},
		{"POST", "/channels/{channel}/messages", (*Server).postMessage, false, "send", "MessageCreateRequest"},
		{"GET", "/channels/{channel}/messages/{message}", (*Server).getMessage, false, "messages", ""},
		{"PATCH", "/channels/{channel}/messages/{message}", (*Server).patchMessage, false, "edit", "MessageEditRequestPartial"},
		{"DELETE", "/channels/{channel}/messages/{message}", (*Server).deleteMessage, false, "delete", ""},
		{"POST", "/channels/{channel}/messages/{message}/threads", (*Server).startThread, false, "threads", "CreateTextThreadWithMessageRequest"},
		{"POST", "/channels/{channel}/typing", (*Server).typing, false, "typing", ""},

		{"POST", "/interactions/{interaction}/{token}/callback", (*Server).callback, true, "", "callback"},
		{"GET", "/webhooks/{app}/{token}/messages/{message}", (*Server).getReply, true, "", ""},
		{"PATCH", "/webhooks/{app}/{token}/messages/{message}", (*Server).patchReply, true, "webhook", "IncomingWebhookUpdateRequestPartial"},
		{"DELETE", "/webhooks/{app}/{token}/messages/{message}", (*Server).deleteReply, true, "webhook", ""},
		{"POST", "/webhooks/{app}/{token}", (*Server).postFollowup, true, "webhook", "IncomingWebhookRequestPartial"},
	}
}

func (r *route) match(method, path string) (map[string]string, bool) {
	if method != r.method {
		return nil, false
	}
	want, got := strings.Split(r.pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	arg := map[string]string{}
	for i, w := range want {
		name, isArg := strings.CutPrefix(w, "{")
		if !isArg && w != got[i] || got[i] == "" && i > 0 {
			return nil, false
		}
		if isArg {
			arg[strings.TrimSuffix(name, "}")] = got[i]
		}
	}
	return arg, true
}

// shape is the route as Fail and the log write it.
func (r *route) shape() string {
	parts := strings.Split(r.pattern, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "*"
		}
	}
	return r.method + " " + strings.Join(parts, "/")
}

var apiPrefix = regexp.MustCompile(`^/api/v(9|10)/`)

// serveREST answers one request: faults first, then who asks, then how often, then
// whether it is well-formed, then what it wants.
func (s *Server) serveREST(w http.ResponseWriter, r *http.Request) {
	c := &call{http: r, path: "/" + apiPrefix.ReplaceAllString(r.URL.Path, ""), query: r.URL.Query(), arg: map[string]string{}}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest+1))
	if err != nil && len(data) <= maxRequest {
		return // the client broke off
	}
	all := routes()
	for i := range all {
		if arg, ok := all[i].match(r.Method, c.path); ok && apiPrefix.MatchString(r.URL.Path) {
			c.route, c.arg = &all[i], arg
			break
		}
	}
	fault := s.takeFault(r.Method, c.path)
	if fault != nil && !fault.Processed && !fault.DropAfterProcessing {
		if !fault.wait(r.Context()) {
			return
		}
		if fault.refuses() {
			s.log(c, fault.status(), 0)
			fault.answer(w, s.opt.Now())
			return
		}
	}
	s.process(r.Context(), w, c, data, fault)
}

// process does what is asked and answers, unless the fault answers for it.
func (s *Server) process(ctx context.Context, w http.ResponseWriter, c *call, data []byte, fault *Fault) {
	s.mu.Lock()
	a, no := s.answerCall(w.Header(), c, data)
	line := Request{At: s.opt.Now(), Method: c.http.Method, Path: c.path, Body: bytes.Clone(c.body), Files: len(c.files), Status: a.status}
	if c.route != nil {
		line.Route = c.route.shape()
	}
	if no != nil {
		line.Status, line.Code = no.status, no.code
		s.refused(c, no)
	}
	late := fault != nil && (fault.Processed || fault.DropAfterProcessing)
	if late && fault.refuses() {
		line.Status, line.Code = fault.status(), 0
	}
	s.requests = append(s.requests, line)
	s.change()
	s.mu.Unlock()
	if late && !fault.wait(ctx) {
		return
	}
	if late && fault.refuses() {
		fault.answer(w, s.opt.Now())
		return
	}
	if no != nil {
		a = answer{no.status, no.json()}
		if no.status == 429 {
			a.body = w.Header().Get("X-Stand-In-Body")
		}
	}
	var cut bool
	if fault != nil {
		cut = fault.CutBody
	}
	writeAnswer(w, a, cut)
}

// refused books a refusal.
func (s *Server) refused(c *call, no *refusal) {
	if no.wrong() {
		s.violate("%s %s: %s", c.http.Method, c.path, no)
	}
	if no.status == 401 || no.status == 403 || no.status == 429 {
		s.invalid++
	}
}

func (s *Server) log(c *call, status, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := Request{At: s.opt.Now(), Method: c.http.Method, Path: c.path, Status: status, Code: code}
	if c.route != nil {
		line.Route = c.route.shape()
	}
	s.requests = append(s.requests, line)
	s.change()
}

// answerCall is the whole of Discord behind the edge. s.mu is held.
func (s *Server) answerCall(h http.Header, c *call, data []byte) (answer, *refusal) {
	h.Set("Date", s.opt.Now().UTC().Format(http.TimeFormat))
	agent := c.http.UserAgent()
	if agent == "" || strings.HasPrefix(agent, "Go-http-client") {
		return no(refuse(403, 40333, "internal network error: a bot must name itself in User-Agent"))
	}
	if c.route == nil {
		return no(refuse(404, 0, "404: Not Found"))
	}
	if got := c.http.Header.Get("Authorization"); !c.route.open && got != "Bot "+s.opt.Token {
		return no(refuse(401, 0, "401: Unauthorized"))
	}
	if app := c.arg["app"]; app != "" && app != s.opt.ApplicationID {
		if c.route.open {
			return no(refuse(404, 10015, "Unknown Webhook"))
		}
		return no(refuse(403, 20012, "You are not authorized to perform this action on this application"))
	}
	if e := s.rates.take(c, h, s.opt.Now()); e != nil {
		return no(e)
	}
	if e := c.read(data); e != nil {
		return no(e)
	}
	if s.schema != nil && c.route.schema != "" && len(c.body) > 0 {
		if e := s.schema.check(c.route.schema, c.body); e != nil {
			return no(e)
		}
	}
	return c.route.handle(s, c)
}

// read takes the body apart: JSON, or a form with payload_json and files.
func (c *call) read(data []byte) *refusal {
	if len(data) > maxRequest {
		return refuse(413, 40005, "Request entity too large")
	}
	kind, params, err := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	if len(data) == 0 {
		if err == nil && c.http.Method == http.MethodGet {
			return refuse(400, 50035, "Content-Type without a body")
		}
		return nil
	}
	switch {
	case err != nil:
		return refuse(400, 50035, "Expected Content-Type to be one of application/json, multipart/form-data.")
	case kind == "application/json":
		if !json.Valid(data) {
			return refuse(400, 50109, "The request body contains invalid JSON.")
		}
		c.body = data
		return nil
	case kind == "multipart/form-data":
		return c.readForm(multipart.NewReader(bytes.NewReader(data), params["boundary"]))
	}
	return refuse(400, 50035, "Expected Content-Type to be one of application/json, multipart/form-data.")
}

func (c *call) readForm(form *multipart.Reader) *refusal {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse(400, 50109, "The request body contains an invalid form.")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return refuse(400, 50109, "The request body contains an invalid form.")
		}
		name := part.FormName()
		if name == "payload_json" {
			if !json.Valid(data) {
				return refuse(400, 50109, "The request body contains invalid JSON.")
			}
			c.body = data
			continue
		}
		index, isFile := strings.CutPrefix(name, "files[")
		n, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
		if !isFile && name != "file" || isFile && err != nil {
			return invalidForm(fieldError{name, "UNKNOWN_FIELD", "This form field is not known."})
		}
		c.files = append(c.files, upload{n, part.FileName(), part.Header.Get("Content-Type"), data})
	}
}

// writeAnswer sends an answer; cut breaks the connection within the body.
func writeAnswer(w http.ResponseWriter, a answer, cut bool) {
	w.Header().Del("X-Stand-In-Body")
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	data, isText := a.body.(string)
	if !isText {
		enc, err := json.Marshal(a.body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		data = string(enc)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", itoa(len(data)))
	w.WriteHeader(a.status)
	if cut {
		// The declared length is not kept: net/http closes the connection.
		data = data[:len(data)/2]
	}
	_, _ = io.WriteString(w, data) // a client that has gone needs no answer
}
