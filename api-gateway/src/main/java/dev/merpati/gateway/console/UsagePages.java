package dev.merpati.gateway.console;

import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.usage.DailyUsage;
import dev.merpati.gateway.usage.PlanUsage;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What the account has used of its plan, and on which days. */
@PageController
class UsagePages {
    private static final int DAYS = 30;
    private static final int HEIGHT = 120;
    private static final int BAR = 14;
    private static final int STEP = 20;

    private final ConsoleTenant console;
    private final PlanUsage usage;
    private final DailyUsage days;
    private final Clock clock;

    UsagePages(ConsoleTenant console, PlanUsage usage, DailyUsage days, Clock clock) {
        this.console = console;
        this.usage = usage;
        this.days = days;
        this.clock = clock;
    }

    /** One day of the chart, in its units; texts below, files on top. */
    record Bar(DailyUsage.Day day, int x, int width, int textY, int textHeight, int mediaY, int mediaHeight) {}

    @GetMapping("/usage")
    Mono<String> show(ServerWebExchange exchange, Model model) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return console.of(exchange)
                .flatMap(tenant -> Mono.zip(
                                usage.read(tenant.tenantId()),
                                days.read(tenant.tenantId(), today.minusDays(DAYS - 1), today))
                        .doOnNext(read -> {
                            model.addAttribute("standing", read.getT1());
                            model.addAttribute("bars", barsOf(read.getT2()));
                            model.addAttribute("most", most(read.getT2()));
                            model.addAttribute("height", HEIGHT);
                            model.addAttribute("width", DAYS * STEP);
                        })
                        .thenReturn("console/usage"));
    }

    private static long most(List<DailyUsage.Day> days) {
        return days.stream().mapToLong(DailyUsage.Day::sends).max().orElse(0);
    }

    private static List<Bar> barsOf(List<DailyUsage.Day> days) {
        long most = Math.max(1, most(days));
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            DailyUsage.Day day = days.get(i);
            int text = (int) (day.messages() * HEIGHT / most);
            int media = (int) (day.media() * HEIGHT / most);
            bars.add(new Bar(day, i * STEP + (STEP - BAR) / 2, BAR, HEIGHT - text, text, HEIGHT - text - media, media));
        }
        return bars;
    }
}
