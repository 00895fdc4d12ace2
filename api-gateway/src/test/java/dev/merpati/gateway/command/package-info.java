@NullMarked
package dev.merpati.gateway.command;

import org.jspecify.annotations.NullMarked;
