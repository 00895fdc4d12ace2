package dev.merpati.benchmark.text;

import dev.merpati.benchmark.load.Load;
import java.util.function.Consumer;

/** The measurements of texts, in the order and with the warm-up that are the same for every sender. */
public final class TextSteps {
    private final TextPlan plan;
    private final Consumer<String> progress;

    public TextSteps(TextPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** @throws dev.merpati.benchmark.load.FailedLoadException when a message was not acknowledged */
    public TextFigures measure(TextSender sender, NumberRange recipients) {
        var texts = new Texts(sender, recipients, plan.sessions(), plan.recipientsPerSession());
        progress.accept("first message to each recipient");
        new Load.Each(plan.sessions(), plan.recipientsPerSession()).on(texts);
        progress.accept("warm-up");
        new Load.Closed(plan.sessions(), 1, plan.warmUp()).on(texts);
        progress.accept(plan.sessions() + " sessions");
        var all = new Load.Closed(plan.sessions(), 1, plan.measured()).on(texts);
        progress.accept("1 session");
        new Load.Closed(1, 1, plan.settle()).on(texts);
        var one = new Load.Closed(1, 1, plan.measured()).on(texts);
        progress.accept(plan.openRate() + " messages per second");
        new Load.Open(plan.sessions(), plan.openRate(), plan.settle()).on(texts);
        var open = new Load.Open(plan.sessions(), plan.openRate(), plan.measured()).on(texts);
        return new TextFigures(one, all, open, texts.sent());
    }
}
