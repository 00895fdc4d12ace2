@NullMarked
package dev.merpati.model.command;

import org.jspecify.annotations.NullMarked;
