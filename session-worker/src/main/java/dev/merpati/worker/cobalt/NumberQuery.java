package dev.merpati.worker.cobalt;

import dev.merpati.model.number.NumberStatus;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks which numbers are registered, all in one query. Nothing is remembered. */
final class NumberQuery {
    private final Queries queries;

    NumberQuery(Queries queries) {
        this.queries = queries;
    }

    Map<String, NumberStatus> ask(List<String> phoneNumbers, Deadline deadline) {
        var result = new HashMap<String, NumberStatus>();
        phoneNumbers.forEach(number -> result.put(number, NumberStatus.UNKNOWN));
        var users = phoneNumbers.stream()
                .map(number -> Node.of("user", Node.of("contact", ("+" + number).getBytes(StandardCharsets.UTF_8))))
                .toArray(Node[]::new);
        var query = Usync.query("interactive", Node.of("contact"), users);
        switch (queries.ask("get", "usync", deadline, query)) {
            case Answer.Result(Node answer) -> Usync.users(answer).forEach(user -> note(user, result));
            case Answer.Refused(int _), Answer.Missing() -> {
                // UNKNOWN, all of them.
            }
        }
        return result;
    }

    /** A user without a clear word on it stays UNKNOWN. */
    private static void note(Node user, Map<String, NumberStatus> result) {
        user.findChild("contact").ifPresent(contact -> {
            var status = switch (contact.attributes().getString("type")) {
                case "in" -> NumberStatus.VALID;
                case "out" -> NumberStatus.INVALID;
                default -> NumberStatus.UNKNOWN;
            };
            number(user, contact, result).ifPresent(number -> result.put(number, status));
        });
    }

    /** The number as it was asked; the address can be another where a country writes its numbers in two ways. */
    private static Optional<String> number(Node user, Node contact, Map<String, NumberStatus> asked) {
        var echoed = contact.contentAsString().map(text -> text.startsWith("+") ? text.substring(1) : text);
        var addressed = user.attributes().getOptionalJid("jid").map(Jid::user);
        return echoed.filter(asked::containsKey).or(() -> addressed.filter(asked::containsKey));
    }
}
