package dev.merpati.worker.cobalt;

import dev.merpati.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The simulator's control API. */
public final class SimulatorControl implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    public SimulatorControl(int port) {
        base = URI.create("http://127.0.0.1:" + port + "/sim/");
    }

    public void addPhone(String number) {
        request("PUT", "phones/" + number, Map.of());
    }

    /** A phone of a certain kind, such as {@code hosted}. */
    public void addPhone(String number, Map<String, Boolean> traits) {
        request("PUT", "phones/" + number, traits);
    }

    /** Makes the phone's account one of another kind: {@code migrated}, {@code restricted}, {@code offline}. */
    public void change(String number, String trait, boolean value) {
        request("PUT", "phones/" + number, Map.of(trait, value));
    }

    /** Enforces a rule for the clients of a phone, or does not. */
    public void enforce(String number, String rule, boolean enforced) {
        request("PUT", "phones/" + number, Map.of("rules", Map.of(rule, enforced)));
    }

    /** Gives the account another hidden id. */
    public void rotateLid(String number) {
        request("POST", "phones/" + number + "/rotate-lid", Map.of());
    }

    /** Locks the account out of new chats, 0 ends that. */
    public void timeLock(String number, int seconds) {
        request("POST", "phones/" + number + "/time-lock", Map.of("seconds", seconds));
    }

    /** The chats that the account has begun count against the cap for so long, 0 ends that. */
    public void newChatCycle(String number, int seconds) {
        request("POST", "phones/" + number + "/new-chat-cycle", Map.of("seconds", seconds));
    }

    /** The phone asks for a message again that it has shown, with keys for a new session. */
    public void askAgain(String number, String messageId) {
        request("POST", "phones/" + number + "/retry", Map.of("id", messageId));
    }

    /** Something of the account has changed while its devices were away. */
    public void dirty(String number, String type) {
        request("POST", "phones/" + number + "/dirty", Map.of("type", type));
    }

    /** The phone writes the app state again: a snapshot, and a patch whose changes are in a file. Returns its version. */
    public int rewriteAppState(String number) {
        return json("POST", "phones/" + number + "/app-state", Map.of())
                .path("version")
                .asInt();
    }

    /** The salt from which the account's companions derive tokens. */
    public byte[] salt(String number) {
        return java.util.HexFormat.of()
                .parseHex(json("GET", "phones/" + number + "/salt", Map.of())
                        .path("nctSalt")
                        .asString());
    }

    /** The rules that the clients of a phone broke, with what they sent. */
    public List<String> refusalsOf(String number) {
        List<String> result = new ArrayList<>();
        json("GET", "refusals?number=" + number, Map.of())
                .path("refusals")
                .forEach(refusal -> result.add(refusal.path("rule").asString() + ": "
                        + refusal.path("sent").asString()));
        return result;
    }

    /** Links a device that the simulator plays; returns its number. */
    public int addDevice(String number) {
        return json("POST", "phones/" + number + "/devices", Map.of())
                .path("device")
                .asInt();
    }

    /** What a played device has decrypted. */
    public List<JsonNode> messagesOn(String number, int device) {
        List<JsonNode> result = new ArrayList<>();
        json("GET", "phones/" + number + "/devices/" + device + "/messages", Map.of())
                .forEach(result::add);
        return result;
    }

    public void removeDevice(String number, int device) {
        request("DELETE", "phones/" + number + "/devices/" + device, Map.of());
    }

    public void scan(String number, String qr) {
        request("POST", "phones/" + number + "/scan", Map.of("qr", qr));
    }

    /** The phone's owner types a pairing code in; returns when the phone has linked the device, or demands its passkey. */
    public void enterCode(String number, String code) {
        request("POST", "phones/" + number + "/pairing-code", Map.of("code", code));
    }

    /** The owner's passkey signs a challenge, as a browser on WhatsApp's page lets it. */
    public String signWithPasskey(String number, String challenge) {
        return json("POST", "phones/" + number + "/passkey", Map.of("challenge", challenge))
                .toString();
    }

    /** WhatsApp forgets all files, as it does after some weeks. */
    public void forgetMedia() {
        request("DELETE", "media", Map.of());
    }

    public void unlink(String number) {
        request("POST", "phones/" + number + "/unlink", Map.of());
    }

    public void write(String from, String to, String text) {
        request("POST", "phones/" + from + "/messages", Map.of("to", to, "text", text));
    }

    /** The phone writes under its hidden address. */
    public void writeHidden(String from, String to, String text) {
        request("POST", "phones/" + from + "/messages", Map.of("to", to, "text", text, "hidden", true));
    }

    /** Sets traits of a phone and its account, such as {@code migrated}. */
    public void phone(String number, Map<String, ?> traits) {
        request("PUT", "phones/" + number, traits);
    }

    /** The phone sends what the simulator's README describes; returns the message's id. */
    public String send(String from, Map<String, ?> message) {
        return json("POST", "phones/" + from + "/messages", message).path("id").asString();
    }

    /** How far a message of the phone's has come with its recipient's devices. */
    public JsonNode sent(String from, String to, String id) {
        for (JsonNode message :
                json("GET", "phones/" + from + "/chats/" + to, Map.of()).path("messages")) {
            if (message.path("id").asString().equals(id)) {
                return message;
            }
        }
        throw new IllegalStateException("no such message");
    }

    /** What the phone received and decrypted, oldest first. */
    public List<JsonNode> messages(String number) {
        List<JsonNode> result = new ArrayList<>();
        json("GET", "phones/" + number + "/messages", Map.of()).forEach(result::add);
        return result;
    }

    public byte[] media(String number, String messageId) {
        return request("GET", "phones/" + number + "/messages/" + messageId + "/media", Map.of());
    }

    /** The phone's owner reads all that has arrived. */
    public void read(String number) {
        request("POST", "phones/" + number + "/read", Map.of());
    }

    /** The phone's owner reads all that has arrived, on another device. */
    public void readOn(int device, String number) {
        request("POST", "phones/" + number + "/read", Map.of("device", device));
    }

    public void registered(String number, boolean registered) {
        request("PUT", "numbers/" + number, Map.of("registered", registered));
    }

    /** Makes one thing go wrong, {@code times} times, for one session. */
    public void fault(String kind, String session, int times) {
        fault(kind, session, times, Map.of());
    }

    public void fault(String kind, String session, int times, Map<String, Integer> details) {
        Map<String, Object> fault = new HashMap<>(details);
        fault.putAll(Map.of("kind", kind, "session", session, "times", times));
        request("POST", "faults", fault);
    }

    /** Makes one thing go wrong, {@code times} times, for whomever it strikes. */
    public void fault(String kind, int times, Map<String, Integer> details) {
        Map<String, Object> fault = new HashMap<>(details);
        fault.putAll(Map.of("kind", kind, "times", times));
        request("POST", "faults", fault);
    }

    /** WhatsApp refuses the next client, linked or not. */
    public void refuseNextLogin(int code) {
        request("POST", "faults", Map.of("kind", "refuse-login", "times", 1, "code", code));
    }

    /** A user of another company's messenger notifies the phone's linked devices. */
    public void notifyFromElsewhere(String number) {
        request("POST", "phones/" + number + "/interop", Map.of());
    }

    /** WhatsApp has a new kind of address: a notification that cannot be read comes to the phone's linked devices. */
    public void notifyUnreadably(String number) {
        request("POST", "phones/" + number + "/unreadable", Map.of());
    }

    /** How many stanzas wait for the linked devices of a phone until those confirm them. */
    public long waiting(String number) {
        long waiting = 0;
        for (JsonNode device : json("GET", "phones/" + number + "/devices", Map.of())) {
            waiting += device.path("waiting").asLong();
        }
        return waiting;
    }

    /** What the simulator holds of the first client that a phone has linked: {@code preKeys}, {@code signedPreKey}. */
    public JsonNode client(String number) {
        for (JsonNode device : json("GET", "phones/" + number + "/devices", Map.of())) {
            if (!device.path("played").asBoolean()) {
                return device;
            }
        }
        throw new IllegalStateException("no client is linked");
    }

    /** How often clients broke a rule. */
    public long refusals(String rule) {
        return json("GET", "refusals", Map.of()).path("counts").path(rule).asLong();
    }

    /** WhatsApp is installed anew on the phone, which gives it other keys. */
    public void reinstall(String number) {
        request("POST", "phones/" + number + "/reinstall", Map.of());
    }

    public void endFaults() {
        request("DELETE", "faults", Map.of());
    }

    public long stat(String name) {
        return json("GET", "stats", Map.of()).path(name).asLong();
    }

    private JsonNode json(String method, String path, Map<String, ?> body) {
        return Json.MAPPER.readTree(request(method, path, body));
    }

    private byte[] request(String method, String path, Map<String, ?> body) {
        HttpRequest.BodyPublisher publisher = "GET".equals(method) || "DELETE".equals(method)
                ? BodyPublishers.noBody()
                : BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body));
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(method + " " + path + ": " + response.statusCode() + " "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return response.body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
