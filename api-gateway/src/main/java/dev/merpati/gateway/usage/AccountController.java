package dev.merpati.gateway.usage;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.Errors;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The tenant's plan, and what it has used of it. */
@RestController
@RequestMapping("/api/account")
class AccountController {
    private static final int DEFAULT_DAYS = 30;
    private static final int MAX_DAYS = 366;

    private final PlanUsage usage;
    private final DailyUsage days;
    private final Clock clock;

    AccountController(PlanUsage usage, DailyUsage days, Clock clock) {
        this.usage = usage;
        this.days = days;
        this.clock = clock;
    }

    record Account(boolean success, AccountView account) {}

    /** @param resetsAt when the used amounts begin anew, for those that do */
    record AccountView(
            String id,
            String name,
            String plan,
            PlanUsage.Amounts limits,
            PlanUsage.Amounts usage,
            PlanUsage.ResetTimes resetsAt) {}

    record Usage(boolean success, LocalDate from, LocalDate to, List<DailyUsage.Day> days) {}

    @GetMapping
    Mono<Account> account(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant) {
        return usage.read(tenant.tenantId())
                .map(now -> new Account(
                        true,
                        new AccountView(
                                now.tenant().id(),
                                now.tenant().name(),
                                now.tenant().planName(),
                                now.limits(),
                                now.used(),
                                now.resetsAt())))
                .switchIfEmpty(Mono.error(() -> Errors.internal().exception()));
    }

    @GetMapping("/usage")
    Mono<Usage> usage(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate last = dateOf("to", to, today);
        LocalDate first = dateOf("from", from, last.minusDays(DEFAULT_DAYS - 1));
        if (first.isAfter(last)) {
            throw Errors.invalidField("from", first.toString(), "a date not after 'to', which is " + last)
                    .exception();
        }
        if (ChronoUnit.DAYS.between(first, last) >= MAX_DAYS) {
            throw Errors.invalidField(
                            "from", first.toString(), "at most " + MAX_DAYS + " days before 'to', which is " + last)
                    .exception();
        }
        return days.read(tenant.tenantId(), first, last).map(all -> new Usage(true, first, last, all));
    }

    private static LocalDate dateOf(String field, @Nullable String text, LocalDate otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            LocalDate date = LocalDate.parse(text);
            if (date.getYear() >= 2000 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeException e) {
            // Answered below.
        }
        String found = text.length() <= 40 ? text : text.substring(0, 40) + "…";
        throw Errors.invalidField(field, "'" + found + "'", "a date such as 2026-11-30")
                .exception();
    }

    /** Returns when the first day after an instant begins, UTC. */
    static Instant nextDay(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC)
                .plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }
}
