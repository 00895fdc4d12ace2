package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.number.NumberChecker;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.gateway.session.SessionSearch;
import dev.merpati.model.number.MalformedPhoneNumberException;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.number.PhoneNumber;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checks a pasted list of numbers, or a CSV file's, and offers the result as CSV. */
@PageController
class NumberPages {
    private static final int MOST_NUMBERS = 1_000;
    private static final int NUMBERS_PER_CHECK = 100;
    private static final int MOST_SESSIONS = 200;

    private final ConsoleTenant console;
    private final SessionAccess sessions;
    private final SessionSearch search;
    private final NumberChecker checker;
    private final Problem problem;

    NumberPages(
            ConsoleTenant console,
            SessionAccess sessions,
            SessionSearch search,
            NumberChecker checker,
            Problem problem) {
        this.console = console;
        this.sessions = sessions;
        this.search = search;
        this.checker = checker;
        this.problem = problem;
    }

    /**
     * One row of the result.
     *
     * @param found as it was pasted
     * @param digits null when it is no number
     * @param status {@code valid}, {@code invalid}, {@code unknown}, or {@code malformed}
     */
    record Row(
            String found,
            @Nullable String digits,
            String status,
            @Nullable String whatsappNumber) {
        Row answered(@Nullable Row answer) {
            return answer == null ? this : new Row(found, digits, answer.status(), answer.whatsappNumber());
        }
    }

    @GetMapping("/numbers")
    Mono<String> form(ServerWebExchange exchange, Model model) {
        return console.of(exchange).flatMap(tenant -> fill(tenant, model));
    }

    @PostMapping("/numbers")
    Mono<String> check(ServerWebExchange exchange, Model model, Locale locale) {
        return Mono.zip(console.of(exchange), exchange.getFormData()).flatMap(request -> {
            TenantContext tenant = request.getT1();
            Map<String, String> form = request.getT2().toSingleValueMap();
            String numbers = form.getOrDefault("numbers", "");
            String sessionId = form.getOrDefault("session", "");
            model.addAttribute("numbers", numbers);
            model.addAttribute("chosen", sessionId);
            return check(tenant, sessionId, rowsOf(numbers))
                    .doOnNext(rows -> show(rows, model))
                    .then()
                    .onErrorResume(ApiException.class, failure -> {
                        problem.show(failure.error(), exchange, model, locale);
                        return Mono.empty();
                    })
                    .then(fill(tenant, model));
        });
    }

    private Mono<String> fill(TenantContext tenant, Model model) {
        return search.find(tenant.tenantId(), "", SessionStatus.CONNECTED.wireName(), 0, MOST_SESSIONS)
                .doOnNext(found -> {
                    model.addAttribute("sessions", found.sessions());
                    model.addAttribute("most", MOST_NUMBERS);
                })
                .thenReturn("console/numbers");
    }

    private static void show(List<Row> rows, Model model) {
        model.addAttribute("rows", rows);
        model.addAttribute(
                "valid",
                rows.stream().filter(row -> row.status().equals("valid")).count());
        model.addAttribute(
                "csv",
                "data:text/csv;charset=utf-8,"
                        + URLEncoder.encode(csv(rows), StandardCharsets.UTF_8).replace("+", "%20"));
    }

    private Mono<List<Row>> check(TenantContext tenant, String sessionId, List<Row> rows) {
        if (rows.isEmpty()) {
            return Mono.error(ApiError.of(HttpStatus.BAD_REQUEST, "numbers_missing", "Paste at least one phone number")
                    .exception());
        }
        if (rows.size() > MOST_NUMBERS) {
            return Mono.error(ApiError.of(
                            HttpStatus.BAD_REQUEST,
                            "too_many_numbers",
                            "At most " + MOST_NUMBERS + " numbers can be checked at a time here")
                    .exception());
        }
        Set<String> distinct = rows.stream()
                .map(Row::digits)
                .filter(digits -> digits != null)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return sessions.find(tenant, sessionId)
                .doOnNext(SessionAccess::requireUsable)
                .flatMap(session -> statusesOf(tenant, session, distinct))
                .map(answers -> rows.stream()
                        .map(row -> row.answered(answers.get(row.digits())))
                        .toList());
    }

    /** One check after the other: each is charged for what it resolved, and the plan's end is found where it is. */
    private Mono<Map<@Nullable String, Row>> statusesOf(
            TenantContext tenant, SessionRecord session, Set<String> digits) {
        return Flux.fromIterable(digits)
                .buffer(NUMBERS_PER_CHECK)
                .concatMap(part -> checker.check(tenant, session, part)
                        .map(checked -> part.stream()
                                .map(number -> {
                                    NumberStatus status = checked.statuses().getOrDefault(number, NumberStatus.UNKNOWN);
                                    return new Row(
                                            number,
                                            number,
                                            status.name().toLowerCase(Locale.ROOT),
                                            status == NumberStatus.VALID
                                                    ? checked.whatsappNumbers().get(number)
                                                    : null);
                                })
                                .toList()))
                .flatMapIterable(part -> part)
                .collect(LinkedHashMap::new, (all, row) -> all.put(row.digits(), row));
    }

    /** Takes every cell of every line that has a digit in it; a heading has none. */
    private static List<Row> rowsOf(String text) {
        List<Row> rows = new ArrayList<>();
        for (String cell : text.split("[\\r\\n,;\\t]+", -1)) {
            String found = cell.strip().replaceAll("^\"|\"$", "").strip();
            if (found.chars().noneMatch(Character::isDigit)) {
                continue;
            }
            try {
                rows.add(new Row(found, PhoneNumber.parse(found).digits(), "unknown", null));
            } catch (MalformedPhoneNumberException e) {
                rows.add(new Row(found.length() > 60 ? found.substring(0, 60) + "…" : found, null, "malformed", null));
            }
        }
        return rows;
    }

    private static String csv(List<Row> rows) {
        StringBuilder csv = new StringBuilder("phone_number,status,whatsapp_number\r\n");
        for (Row row : rows) {
            // Quoted, and with a leading apostrophe where a spreadsheet would take it for a formula.
            String number = row.digits() != null ? row.digits() : row.found().replace("\"", "\"\"");
            csv.append('"')
                    .append(row.digits() == null && number.matches("^[=+@-].*") ? "'" : "")
                    .append(number)
                    .append("\",")
                    .append(row.status())
                    .append(',')
                    .append(row.whatsappNumber() == null ? "" : row.whatsappNumber())
                    .append("\r\n");
        }
        return csv.toString();
    }
}
