package dev.merpati.benchmark.receive;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.load.Load;
import dev.merpati.benchmark.rest.Product;
import dev.merpati.benchmark.text.TextPlan;
import dev.merpati.cluster.WebhookEndpoint;
import java.util.function.Consumer;

/** The measurements of what phones write. */
public final class ReceiveSteps {
    /** Texts that are on their way to a session where everything is kept busy. */
    public static final int BUSY = 4;

    private static final String RECEIVED = "message.received";

    private final TextPlan plan;
    private final Consumer<String> progress;

    public ReceiveSteps(TextPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** @throws dev.merpati.benchmark.load.FailedLoadException when a text did not arrive, or not as it should */
    public ReceiveFigures measure(Product product) {
        var sessions = product.sessions().subList(0, plan.sessions());
        var texts = new PhoneTexts(product.simulator().client(), sessions);
        try (var endpoint = WebhookEndpoint.open(texts)) {
            var webhook = product.gateway().createWebhook(endpoint, RECEIVED);
            progress.accept("first message of each phone");
            new Load.Each(plan.sessions(), 1).on(texts);
            progress.accept("warm-up");
            new Load.Closed(plan.sessions(), BUSY, plan.settle()).on(texts);
            new Load.Closed(plan.sessions(), BUSY, plan.settle()).on(texts);
            progress.accept("phones write as fast as they can");
            var before = CpuTimes.of(product.processes());
            var busy = new Load.Closed(plan.sessions(), BUSY, plan.measured()).on(texts);
            var cpu = CpuTimes.of(product.processes()).since(before);
            progress.accept("phones write " + plan.openRate() + " texts per second");
            new Load.Open(plan.sessions(), plan.openRate(), plan.settle()).on(texts);
            before = CpuTimes.of(product.processes());
            var open = new Load.Open(plan.sessions(), plan.openRate(), plan.measured()).on(texts);
            var openCpu = CpuTimes.of(product.processes()).since(before);
            texts.requireNoProblem();
            product.gateway().delete("/api/webhooks/" + webhook).expect(200);
            return new ReceiveFigures(busy, cpu, open, openCpu);
        }
    }
}
