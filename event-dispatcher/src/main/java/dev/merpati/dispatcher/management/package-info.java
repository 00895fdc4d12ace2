/** What an orchestrator and an operator ask of this dispatcher: liveness and readiness. */
@NullMarked
package dev.merpati.dispatcher.management;

import org.jspecify.annotations.NullMarked;
