/** Commands: what a gateway publishes for a worker, and its encoding. */
@NullMarked
package dev.merpati.model.command;

import org.jspecify.annotations.NullMarked;
