package dev.merpati.benchmark.rest;

import dev.merpati.benchmark.footprint.CpuTimes;
import dev.merpati.benchmark.load.Load;
import dev.merpati.benchmark.text.Arrivals;
import dev.merpati.benchmark.text.NumberRange;
import dev.merpati.benchmark.text.TextPlan;
import dev.merpati.benchmark.text.TextSteps;
import dev.merpati.benchmark.text.Texts;
import java.util.function.Consumer;

/** The measurements through the REST API. */
public final class RestSteps {
    /** Messages that a session has under way where the gateway is kept busy. */
    public static final int BUSY = 4;

    /** The most that the API allows. */
    public static final int BATCH = 100;

    private final TextPlan plan;
    private final Consumer<String> progress;

    public RestSteps(TextPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** @throws dev.merpati.benchmark.load.FailedLoadException when a request was not answered as it should be */
    public RestFigures measure(Product product) {
        var arrivals = new Arrivals(product.simulator().client());
        var sender = new RestSender(product.gateway(), product.sessions());
        var texts = new TextSteps(plan, progress).measure(sender, NumberRange.REST_RECIPIENTS);

        progress.accept(BUSY + " messages at a time for each session");
        var more = new Texts(sender, NumberRange.REST_RECIPIENTS, plan.sessions(), plan.recipientsPerSession());
        var before = CpuTimes.of(product.processes());
        var busy = new Load.Closed(plan.sessions(), BUSY, plan.measured()).on(more);
        var cpu = CpuTimes.of(product.processes()).since(before);
        arrivals.require(texts.sent() + more.sent());

        progress.accept("number checks");
        var closed = new Load.Closed(plan.sessions(), 1, plan.measured());
        new Load.Closed(plan.sessions(), 1, plan.settle()).on(new NumberChecks(product, 1));
        var checks = closed.on(new NumberChecks(product, 1));
        var batches = closed.on(new NumberChecks(product, BATCH));
        return new RestFigures(texts, busy, cpu, checks, batches);
    }
}
