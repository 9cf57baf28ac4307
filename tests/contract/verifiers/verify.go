// Judges the requests of standard input, a JSON object a line; prints true or false for each.
package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

const tolerance = 300

type request struct {
	Dialect string            `json:"dialect"`
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body"`
	Now     int64             `json:"now"`
}

func sum(key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil)
}

func fresh(stamp string, now int64) bool {
	sent, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && now-sent <= tolerance && sent-now <= tolerance
}

func phantom(one request) bool {
	fields := map[string]string{}
	for _, part := range strings.Split(one.Headers["phantom-signature"], ",") {
		if name, value, found := strings.Cut(part, "="); found {
			fields[name] = value
		}
	}
	given, err := hex.DecodeString(fields["v1"])
	wanted := sum([]byte(one.Secret), append([]byte(fields["t"]+"."), one.Body...))
	return err == nil && fresh(fields["t"], one.Now) && hmac.Equal(wanted, given)
}

func vektor(one request) bool {
	algorithm, digest, _ := strings.Cut(one.Headers["x-signature"], "=")
	given, err := hex.DecodeString(digest)
	return err == nil && algorithm == "sha256" && hmac.Equal(sum([]byte(one.Secret), one.Body), given)
}

func standard(one request) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(one.Secret, "whsec_"))
	stamp := one.Headers["webhook-timestamp"]
	if err != nil || !fresh(stamp, one.Now) {
		return false
	}
	wanted := sum(key, append([]byte(one.Headers["webhook-id"]+"."+stamp+"."), one.Body...))
	for _, signature := range strings.Split(one.Headers["webhook-signature"], " ") {
		version, digest, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(digest)
		if err == nil && version == "v1" && hmac.Equal(wanted, given) {
			return true
		}
	}
	return false
}

func main() {
	checks := map[string]func(request) bool{
		"phantom": phantom, "vektor": vektor, "standard": standard,
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var one request
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		fmt.Println(checks[one.Dialect](one))
	}
}
