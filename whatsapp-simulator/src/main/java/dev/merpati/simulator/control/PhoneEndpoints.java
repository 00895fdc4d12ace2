package dev.merpati.simulator.control;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneTraits;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.server.ScanResult;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** {@code /sim/phones}: phones come and go, scan codes, unlink. */
final class PhoneEndpoints {
    private static final int MAX_PUSH_NAME = 100;
    private static final String PAIRING_CODE = "[1-9A-HJ-NP-TV-Z]{8}";

    private final SimulatedWhatsApp whatsApp;

    PhoneEndpoints(SimulatedWhatsApp whatsApp) {
        this.whatsApp = whatsApp;
    }

    void addTo(Router router) {
        router.now("GET", "/sim/phones", _ -> list())
                .now("PUT", "/sim/phones/{number}", this::put)
                .now("DELETE", "/sim/phones/{number}", this::delete)
                .on("POST", "/sim/phones/{number}/scan", this::scan)
                .on("POST", "/sim/phones/{number}/pairing-code", this::pairingCode)
                .now("POST", "/sim/phones/{number}/passkey", this::passkey)
                .now("POST", "/sim/phones/{number}/unlink", this::unlink)
                .now("POST", "/sim/phones/{number}/interop", this::interop)
                .now("POST", "/sim/phones/{number}/unreadable", this::unreadable);
    }

    /** The phone that a call names, by its number or by the alias of its number. */
    static Phone required(SimulatedWhatsApp whatsApp, String field, String number) {
        return whatsApp.phones()
                .existing(whatsApp.phones().numbers().canonical(number))
                .orElseThrow(() -> new ApiException(
                        404, "unknown_phone", field + ": found " + number + ", allowed a phone that exists"));
    }

    private Response list() {
        return Response.json(whatsApp.phones().all().stream()
                .sorted(Comparator.comparing(Phone::number))
                .map(PhoneEndpoints::view)
                .toList());
    }

    private Response put(Request request) {
        String pushName = request.json().text("pushName").orElse("");
        if (pushName.length() > MAX_PUSH_NAME) {
            throw ApiException.invalid("pushName", pushName.length() + " characters", "up to " + MAX_PUSH_NAME);
        }
        UnaryOperator<PhoneTraits> change = traits(request.json());
        Phone phone = whatsApp.phones().getOrCreate(whatsApp.phones().numbers().canonical(request.number()));
        boolean before = phone.traits().migrated();
        phone.change(change);
        if (!before && phone.traits().migrated()) {
            Runnable announcement = () -> whatsApp.migration().announce(phone);
            if (!phone.holds(announcement)) {
                announcement.run();
            }
        }
        if (!pushName.isBlank()) {
            phone.rename(pushName);
        }
        return Response.json(view(phone));
    }

    /** What a call changes of a phone's kind; what it does not name stays. */
    private static UnaryOperator<PhoneTraits> traits(Json json) {
        Optional<Boolean> migrated = json.bool("migrated");
        Optional<Boolean> restricted = json.bool("restricted");
        Optional<Boolean> passkey = json.bool("passkey");
        Optional<Boolean> hosted = json.bool("hosted");
        Optional<Boolean> offline = json.bool("offline");
        Map<Rule, Boolean> rules = new EnumMap<>(Rule.class);
        json.bools("rules").forEach((name, enforced) -> rules.put(RuleEndpoints.switchable("rules", name), enforced));
        return old -> {
            Map<Rule, Boolean> all = new HashMap<>(old.rules());
            all.putAll(rules);
            return new PhoneTraits(
                    migrated.orElse(old.migrated()),
                    restricted.orElse(old.restricted()),
                    passkey.orElse(old.passkey()),
                    hosted.orElse(old.hosted()),
                    offline.orElse(old.offline()),
                    all);
        };
    }

    private Response delete(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        whatsApp.companionRemoval().removeAll(phone);
        whatsApp.phones().remove(phone.number());
        return Response.json(Map.of());
    }

    private Response unlink(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        int unlinked = phone.companions().size();
        whatsApp.companionRemoval().removeAll(phone);
        return Response.json(Map.of("unlinked", unlinked));
    }

    /** A user of another company's messenger, whose address has a form of its own, removes its picture. */
    private Response interop(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        String from = new Jid("7-" + phone.number(), 2, Jid.INTEROP).toString();
        return removePicture(phone, from, from);
    }

    /** WhatsApp has a new kind of address, which clients of today cannot read. */
    private Response unreadable(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        return removePicture(phone, phone.jid().toString(), new Jid(phone.number(), 0, Jid.UNKNOWN).toString());
    }

    private static Response removePicture(Phone phone, String from, String whose) {
        String id = UUID.randomUUID().toString();
        Node notice = Node.of("notification", Node.of("delete").with("jid", whose))
                .with("from", from)
                .with("type", "picture")
                .with("id", id)
                .with("t", String.valueOf(Instant.now().getEpochSecond()));
        phone.companions().forEach(companion -> companion.deliver(notice));
        return Response.json(Map.of("id", id, "from", from));
    }

    private CompletableFuture<Response> scan(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        Json json = request.json();
        String text = json.text("qr")
                .or(() -> json.text("image").map(QrImage::read))
                .orElseThrow(() -> ApiException.invalid("qr", "nothing", "a code's text here or a picture in image"));
        return whatsApp.pairings().scan(phone, text).thenApply(PhoneEndpoints::response);
    }

    /** The owner types in the code that a client shows. */
    private CompletableFuture<Response> pairingCode(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        String code = request.json().requiredText("code").replace("-", "").toUpperCase(Locale.ROOT);
        if (!code.matches(PAIRING_CODE)) {
            throw ApiException.invalid("code", code, "8 characters of 1 to 9 and A to Z without I, O and U");
        }
        return whatsApp.pairings().enterCode(phone, code).thenApply(PhoneEndpoints::response);
    }

    /** The owner's authenticator signs a challenge. */
    private Response passkey(Request request) {
        Phone phone = required(whatsApp, "number", request.number());
        return Response.json(phone.passkey().sign(request.json().requiredText("challenge")));
    }

    static Response response(ScanResult result) {
        return switch (result) {
            case ScanResult.Paired paired ->
                Response.json(Map.of("jid", paired.jid().toString()));
            case ScanResult.PasskeyDemanded _ -> Response.json(202, Map.of("status", "passkey_demanded"));
            case ScanResult.NotACode _ ->
                throw ApiException.invalid("qr", "another text", "the text of a WhatsApp QR code");
            case ScanResult.Expired _ ->
                throw new ApiException(410, "code_expired", "The code has expired or was never issued");
            case ScanResult.Refused refused -> throw new ApiException(422, "pairing_refused", refused.detail());
        };
    }

    private static Map<String, Object> view(Phone phone) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("number", phone.number());
        view.put("pushName", phone.pushName());
        Collection<Companion> devices = phone.companions();
        view.put("linkedDevices", devices.size());
        view.put(
                "connectedDevices",
                devices.stream().filter(device -> device.connection() != null).count());
        view.put("logins", devices.stream().mapToInt(Companion::logins).sum());
        view.put("messages", phone.inbox().size());
        PhoneTraits traits = phone.traits();
        view.put("migrated", traits.migrated());
        view.put("restricted", traits.restricted());
        view.put("passkey", traits.passkey());
        view.put("hosted", traits.hosted());
        view.put("offline", traits.offline());
        Map<String, Boolean> rules = new TreeMap<>();
        traits.rules().forEach((rule, enforced) -> rules.put(rule.wireName(), enforced));
        view.put("rules", rules);
        return view;
    }
}
